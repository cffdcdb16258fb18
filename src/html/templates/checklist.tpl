{{%AUTOESCAPE context="HTML"}}
<div class="px-5 py-3 border-b border-line">
  <p class="meter-head"><b>{{title}}</b><span class="tnum">{{done_count}} of {{count}}</span></p>
  <div class="progress mt-2" role="progressbar" aria-label="{{title}}" aria-valuemin="0" aria-valuemax="{{count}}" aria-valuenow="{{done_count}}"><svg aria-hidden="true" focusable="false"><rect width="{{percent}}%" height="100%"/></svg></div>
</div>
<ol class="checklist">
  {{#steps}}<li>{{#done}}<span class="tick tick-done">{{>ICON_CHECK}}<span class="sr-only">Done</span></span><span class="done">{{title}}</span><span></span>{{/done}}{{#done_not}}<span class="tick"><span class="sr-only">To do</span></span><span><b class="block">{{title}}</b><span class="meta">{{text}}</span></span>{{#action}}<a class="btn btn-secondary btn-sm" href="{{url}}">{{label}}</a>{{/action}}{{/done_not}}</li>{{/steps}}
</ol>
