{{%AUTOESCAPE context="HTML"}}
<div class="grid gap-4 lg:grid-cols-3">
  <section class="card lg:col-span-2" aria-labelledby="usage">
    <div class="card-head"><h2 class="card-title" id="usage">Usage this period</h2><span class="meta tnum">1–30 Nov 2026</span></div>
    <div class="card-body">
      <dl class="flex flex-wrap gap-x-8 gap-y-2 mb-4">
        <div><dt class="meta">This period</dt><dd class="figure-sm">842,310</dd></div>
        <div><dt class="meta">Projected by 30 Nov</dt><dd class="figure-sm tone-warn">1,124,000</dd></div>
        <div><dt class="meta">Limit</dt><dd class="figure-sm">1,000,000</dd></div>
      </dl>
      {{#chart}}{{>CHART}}{{/chart}}
    </div>
  </section>
  <section class="card" aria-labelledby="limits">
    <div class="card-head"><h2 class="card-title" id="limits">Usage and limits</h2><span class="meta">Resets 1 Dec</span></div>
    <ul class="rows">{{#meters}}<li class="px-5 py-3.5">{{>METER}}</li>{{/meters}}</ul>
  </section>
</div>
<dl class="stats">
  {{#stats}}<div class="stat"><dt>{{label}}</dt><dd><span><span class="figure-sm block">{{value}}</span><span class="stat-note tone-{{tone}}">{{note}}</span></span>{{#spark}}{{>SPARKLINE}}{{/spark}}</dd></div>{{/stats}}
</dl>
