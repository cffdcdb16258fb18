{{%AUTOESCAPE context="HTML"}}
<div class="empty">
  {{>ICON_LOCK}}
  <p class="empty-title">{{title}}</p>
  <p class="empty-text">{{text}}</p>
  {{#action}}<div class="actions"><a class="btn btn-primary" href="{{url}}">{{label}}</a></div>{{/action}}
  {{#price}}<p class="meta tnum">{{price}}</p>{{/price}}
  {{#who}}<p class="hint">{{who}}</p>{{/who}}
</div>
