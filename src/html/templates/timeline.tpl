{{%AUTOESCAPE context="HTML"}}
<ol class="timeline">
  {{#events}}<li><span class="timeline-icon tone-{{tone}}">{{>ICON}}</span><div class="timeline-text"><b>{{title}}</b>{{#detail}}<span class="timeline-detail">{{detail}}</span>{{/detail}}{{#actor}}<span class="meta">{{actor}}</span>{{/actor}}</div>{{>TIME}}</li>{{/events}}
</ol>
