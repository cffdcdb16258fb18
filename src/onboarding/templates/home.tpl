{{%AUTOESCAPE context="HTML"}}
<div class="page-head"><h1>{{workspace_name}}</h1><div class="page-actions"><span class="badge">{{plan_words}}</span></div></div>
<div class="stack stack-lg mt-4">
  {{#attention}}{{>CALLOUT}}{{/attention}}
  {{#checklist}}
  <section class="card card-clip" aria-label="First steps">
    {{>CHECKLIST}}
    <p class="px-5 py-3 text-sm"><a class="link" href="{{start_url}}">All first steps</a></p>
  </section>
  {{/checklist}}
  <div class="grid gap-4 lg:grid-cols-3 items-start">
    {{#activity}}
    <section class="card lg:col-span-2" aria-labelledby="activity-title">
      <div class="card-head"><h2 class="card-title" id="activity-title">Recent activity</h2><a class="link text-sm" href="{{audit_url}}">Audit log</a></div>
      <div class="card-body">{{>TIMELINE}}</div>
    </section>
    {{/activity}}
    <div class="stack">
      <section class="card" aria-labelledby="usage-title">
        <div class="card-head"><h2 class="card-title" id="usage-title">Usage</h2><a class="link text-sm" href="{{usage_url}}">Details</a></div>
        <div class="card-body stack">{{#meters}}{{>METER}}{{/meters}}{{#meters_not}}<p class="text-sm text-ink-2">Nothing is counted in this plan.</p>{{/meters_not}}</div>
      </section>
      <section class="card" aria-labelledby="shortcuts-title">
        <div class="card-head"><h2 class="card-title" id="shortcuts-title">Shortcuts</h2></div>
        <ul class="rows">
          {{#shortcuts}}<li><a class="row row-link" href="{{url}}">{{label}}{{>ICON_CHEVRON_RIGHT}}</a></li>{{/shortcuts}}
          <li><a class="row row-link" href="{{start_url}}">First steps{{>ICON_CHEVRON_RIGHT}}</a></li>
        </ul>
      </section>
    </div>
  </div>
</div>
