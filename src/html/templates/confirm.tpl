{{%AUTOESCAPE context="HTML"}}
<div class="dialog-body">
  {{#layout}}<h1 class="dialog-title" id="dialog-title">{{title}}</h1>{{/layout}}{{#layout_not}}<h2 class="dialog-title" id="dialog-title">{{title}}</h2>{{/layout_not}}
  <p class="mt-1.5 text-sm text-ink-2">{{text}}</p>
  {{#form}}
  {{>ERROR_SUMMARY}}
  <form class="form{{#fields}}{{#first}} mt-4{{/first}}{{/fields}}" id="{{id}}" method="post" action="{{action}}" novalidate>{{>CSRF}}{{#hidden}}<input type="hidden" name="{{name}}" value="{{value}}">{{/hidden}}{{#fields}}{{>FIELD}}{{/fields}}</form>
  {{/form}}
</div>
<div class="dialog-foot">
  <a class="btn btn-secondary" href="{{keep_url}}" data-close autofocus>{{keep_label}}</a>
  {{#form}}<button class="btn btn-{{tone}}" type="submit" form="{{id}}" data-busy="{{busy}}">{{submit}}</button>{{/form}}
</div>
