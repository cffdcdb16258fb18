{{%AUTOESCAPE context="HTML"}}
<div class="message">
  {{#code}}<p class="message-code">{{code}}</p>{{/code}}
  <h1>{{title}}</h1>
  <div class="prose mt-3 text-ink-2">{{#paragraphs}}<p>{{item}}</p>{{/paragraphs}}</div>
  {{#actions}}<div class="actions mt-6">{{#items}}<a class="btn btn-{{kind}}" href="{{url}}">{{label}}</a>{{/items}}</div>{{/actions}}
  {{#request_id}}<p class="meta mt-6">Request id <span class="mono">{{request_id}}</span></p>{{/request_id}}
</div>
