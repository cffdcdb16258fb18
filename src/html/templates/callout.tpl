{{%AUTOESCAPE context="HTML"}}
<section class="callout callout-{{kind}}" aria-label="{{title}}">
  {{>ICON}}
  <div class="callout-text"><p class="callout-title">{{title}}</p>{{#text}}<p>{{text}}</p>{{/text}}</div>
  {{#action}}<a class="btn btn-secondary btn-sm" href="{{url}}">{{label}}</a>{{/action}}
</section>
