{{%AUTOESCAPE context="HTML"}}
<div>
  <p class="meter-head"><span class="meter-name">{{name}}</span><span>{{#limit_text}}<span class="meter-value">{{used_text}}</span> of {{limit_text}}{{/limit_text}}{{#limit_text_not}}<span class="meter-value">{{used_text}}</span>, unlimited{{/limit_text_not}}</span></p>
  {{#limit_text}}<div class="meter meter-{{tone}}" role="meter" aria-label="{{name}}" aria-valuemin="0" aria-valuemax="100" aria-valuenow="{{percent}}" aria-valuetext="{{used_text}} of {{limit_text}}, {{percent}} percent"><svg aria-hidden="true" focusable="false"><rect width="{{percent}}%" height="100%" rx="3"/></svg></div>{{/limit_text}}
  <p class="meter-foot"><span>{{note}}</span>{{#limit_text}}<span class="tone-{{tone}}">{{percent}}%{{#word}} – {{word}}{{/word}}</span>{{/limit_text}}</p>
</div>
