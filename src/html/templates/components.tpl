{{%AUTOESCAPE context="HTML"}}
<div class="page-head">
  <div><h1>Components</h1><p class="lede">Every part of the design system in every state, as it is rendered in pages.</p></div>
  <div class="page-actions">{{#samples}}<a class="btn btn-secondary btn-sm" href="{{url}}">{{label}}</a>{{/samples}}</div>
</div>
<div class="stack mt-6">
  {{>COMPONENTS_COLOURS}}
  <div class="grid gap-4 lg:grid-cols-3">
    {{>COMPONENTS_BUTTONS}}
    {{>COMPONENTS_BADGES}}
    {{>COMPONENTS_TEXT}}
  </div>
  {{>COMPONENTS_FORMS}}
  {{>COMPONENTS_FEEDBACK}}
  {{>COMPONENTS_STATES}}
  {{>COMPONENTS_TABLE}}
  {{>COMPONENTS_USAGE}}
  {{>COMPONENTS_BILLING}}
  {{>COMPONENTS_PROGRESS}}
  {{>COMPONENTS_DIALOGS}}
</div>
