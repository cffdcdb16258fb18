{{%AUTOESCAPE context="HTML"}}
<div class="grid gap-4 lg:grid-cols-2">
  <div class="stack content-start">{{#callouts}}{{>CALLOUT}}{{/callouts}}</div>
  <div class="stack content-start">
    <div class="card card-clip">{{#banners}}{{>BANNER}}{{/banners}}</div>
    {{#toasts}}{{>TOAST}}{{/toasts}}
  </div>
</div>
