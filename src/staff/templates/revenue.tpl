{{%AUTOESCAPE context="HTML"}}
<div class="page-head"><h1>Revenue</h1></div>
{{#tabs}}<div class="mt-4">{{>TABS}}</div>{{/tabs}}
<dl class="stats mt-4">
  {{#stats}}<div class="stat"><dt>{{label}}</dt><dd><span><a class="link figure-sm block" href="{{url}}">{{value}}</a><span class="stat-note muted">{{note}}</span></span></dd></div>{{/stats}}
</dl>
<div class="stack mt-5">
  <section class="card card-body" aria-labelledby="moved-title">
    <h2 class="card-title" id="moved-title">Movements</h2>
    {{#chart}}<div class="chart-wrap mt-4">
      <svg class="chart" width="100%" height="{{height}}" role="img" aria-labelledby="{{id}}-title {{id}}-text">
        <title id="{{id}}-title">{{title}}</title>
        <desc id="{{id}}-text">{{description}}</desc>
        {{#grid}}<line class="{{#base}}chart-base{{/base}}{{#base_not}}chart-grid{{/base_not}}" x1="0" x2="100%" y1="{{y}}" y2="{{y}}"/>{{/grid}}
        {{#bars}}<rect class="chart-bar chart-bar-{{kind}}" x="{{x}}%" y="{{y}}" width="{{width}}%" height="{{height}}" rx="2"><title>{{label}}: {{value_text}}</title></rect>{{/bars}}
        {{#ticks}}<text{{#now}} class="now"{{/now}} x="{{x}}%" y="{{y}}" text-anchor="{{anchor}}">{{label}}</text>{{/ticks}}
      </svg>
      <svg class="chart" width="{{axis_width}}" height="{{height}}" aria-hidden="true" focusable="false">
        {{#grid}}<text x="{{axis_width}}" y="{{label_y}}" text-anchor="end">{{label}}</text>{{/grid}}
      </svg>
    </div>{{/chart}}
    <div class="legend">{{#legend}}<span class="legend-key legend-{{kind}}">{{label}}</span>{{/legend}}<span class="push">As of {{as_of}}</span></div>
  </section>
  <section class="card card-clip" aria-labelledby="months">
    <div class="card-head"><h2 class="card-title" id="months">By month</h2></div>
    <div class="table-wrap" role="region" tabindex="0" aria-label="Movements by month, table"><table class="table table-stack">
      <thead><tr><th scope="col">Month</th><th scope="col" class="num">New</th><th scope="col" class="num">Expansion</th><th scope="col" class="num">Reactivation</th><th scope="col" class="num">Contraction</th><th scope="col" class="num">Churn</th><th scope="col" class="num">Net</th><th scope="col" class="num">At its end</th></tr></thead>
      <tbody>{{#months}}<tr><th scope="row">{{month}}</th>{{#cells}}<td class="num" data-label="{{label}}">{{#url}}<a class="link" href="{{url}}" title="{{tenants}} tenants">{{text}}</a>{{/url}}{{#url_not}}<span class="muted">{{text}}</span>{{/url_not}}</td>{{/cells}}<td class="num" data-label="Net">{{net}}</td><td class="num" data-label="At its end"><b>{{mrr}}</b></td></tr>{{/months}}</tbody>
    </table></div>
  </section>
  <section class="card card-clip" aria-labelledby="dunning">
    <div class="card-head"><h2 class="card-title" id="dunning">Being reminded</h2></div>
    <div class="table-wrap" role="region" tabindex="0" aria-label="Being reminded, table"><table class="table table-stack">
      <thead><tr><th scope="col">Stage</th><th scope="col">Tenants</th><th scope="col" class="num">Unpaid</th></tr></thead>
      <tbody>{{#steps}}<tr><th scope="row">{{label}} <span class="sub">{{text}}</span></th><td data-label="Tenants">{{#url}}<a class="link" href="{{url}}">{{tenants}}</a>{{/url}}{{#url_not}}<span class="muted">{{tenants}}</span>{{/url_not}}</td><td class="num" data-label="Unpaid">{{amount}}</td></tr>{{/steps}}</tbody>
    </table></div>
  </section>
  <p class="meta">Monthly revenue is what subscriptions that are active or past due bring in a month: quantities and lasting discounts count, a yearly price counts a twelfth; use, single charges and trials do not. Months are in UTC. Currencies are never added up.</p>
</div>
