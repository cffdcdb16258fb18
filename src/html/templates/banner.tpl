{{%AUTOESCAPE context="HTML"}}
<section class="banner banner-{{kind}}" aria-label="{{title}}">
  {{>ICON}}
  <p class="banner-text"><b>{{title}}</b> {{text}}</p>
  {{#action}}<a class="btn btn-secondary btn-sm" href="{{url}}">{{label}}</a>{{/action}}
</section>
