{{%AUTOESCAPE context="HTML"}}
{{#has_errors}}
<div class="callout callout-bad error-summary mb-6" role="alert" tabindex="-1" data-error-summary aria-label="There is a problem">
  {{>ICON_ALERT_CIRCLE}}
  <div class="callout-text">
    <h2 class="callout-title">There is a problem</h2>
    <ul>
      {{#errors}}<li>{{#href}}<a href="{{href}}">{{message}}</a>{{/href}}{{#href_not}}{{message}}{{/href_not}}</li>{{/errors}}
    </ul>
  </div>
</div>
{{/has_errors}}
