{{%AUTOESCAPE context="HTML"}}
<div class="empty">
  {{>ICON}}
  <p class="empty-title">{{title}}</p>
  <p class="empty-text">{{text}}</p>
  {{#action}}<div class="actions"><a class="btn btn-{{kind}}" href="{{url}}">{{label}}</a>{{#docs}}<a class="btn btn-ghost" href="{{url}}">{{label}}</a>{{/docs}}</div>{{/action}}
  {{#note}}<p class="hint">{{note}}</p>{{/note}}
</div>
