{{%AUTOESCAPE context="HTML"}}
<div class="page-head"><h1>{{heading}}</h1></div>
<div class="stack mt-4">
  {{#refusal}}<div role="alert">{{>CALLOUT}}</div>{{/refusal}}
  <section class="card card-body" aria-label="{{heading}}">{{#form}}{{>FORM}}{{/form}}</section>
</div>
