{{%AUTOESCAPE context="HTML"}}
<div class="page-head">
  <h1>Usage</h1>
  <div class="page-actions"><span class="badge">{{plan_name}} plan</span><a class="btn btn-secondary" href="{{plans_url}}">Compare plans</a></div>
</div>
<div class="stack stack-lg mt-4">
  {{#cards}}
  <section class="card" aria-label="{{title}}">
    <div class="card-head"><h2 class="card-title">{{title}}</h2><span class="meta tnum">{{as_of}}</span></div>
    <div class="card-body stack">
      {{#callout}}{{>CALLOUT}}{{/callout}}
      {{#meter}}{{>METER}}{{/meter}}
      <div>{{#chart}}{{>CHART}}{{/chart}}</div>
    </div>
  </section>
  {{/cards}}
  <section class="card" aria-labelledby="limits-title">
    <div class="card-head"><h2 class="card-title" id="limits-title">Limits</h2><span class="meta">Counted on what exists now</span></div>
    <ul class="rows">{{#limits}}<li class="px-5 py-3.5">{{>METER}}</li>{{/limits}}</ul>
  </section>
</div>
