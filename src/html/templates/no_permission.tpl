{{%AUTOESCAPE context="HTML"}}
<div class="empty">
  {{>ICON_SHIELD}}
  <p class="empty-title">{{title}}</p>
  <p class="empty-text">{{text}}</p>
  {{#people}}<p class="hint">{{people}} can give you access.</p>{{/people}}
  {{#action}}<div class="actions"><a class="btn btn-secondary" href="{{url}}">{{label}}</a></div>{{/action}}
</div>
