{{%AUTOESCAPE context="HTML"}}
<article class="plan plan-{{kind}}" aria-labelledby="plan-{{id}}">
  <div class="plan-head"><h2 id="plan-{{id}}">{{name}}</h2>{{#badge}}{{>BADGE}}{{/badge}}</div>
  <p class="text-sm text-ink-2">{{text}}</p>
  <p class="plan-price"><span class="figure text-ink">{{price}}</span>{{unit}}</p>
  {{#action}}{{#url}}<a class="btn btn-{{kind}}" href="{{url}}">{{label}}</a>{{/url}}{{#url_not}}<a class="btn btn-secondary" role="link" aria-disabled="true">{{label}}</a>{{/url_not}}{{/action}}
  <ul class="gains">{{#gains}}<li>{{>ICON_CHECK}}<span>{{item}}</span></li>{{/gains}}</ul>
</article>
