{{%AUTOESCAPE context="HTML"}}
<div class="page-head">
  <h1>Tenants <span class="tnum">1,284</span></h1>
  <div class="page-actions"><a class="btn btn-secondary" href="#export">{{>ICON_DOWNLOAD}}Export CSV</a></div>
</div>
<dl class="stats mt-4">
  {{#stats}}<div class="stat"><dt>{{label}}</dt><dd><span><span class="figure-sm block">{{value}}</span><span class="stat-note tone-{{tone}}">{{note}}</span></span>{{#spark}}{{>SPARKLINE}}{{/spark}}</dd></div>{{/stats}}
</dl>
<div class="mt-5">{{#tabs}}{{>TABS}}{{/tabs}}</div>
<form class="toolbar mt-3" role="search" aria-label="Filter tenants" action="#tenants" method="get">
  <div class="search">{{>ICON_SEARCH}}<input class="input input-sm" type="search" name="q" aria-label="Search tenants" placeholder="Name, domain, email, Stripe id"></div>
  <span class="chip"><span class="chip-text"><span class="chip-field">Plan</span> is not <b>Free</b></span><a class="chip-remove" href="#tenants" aria-label="Remove filter: plan is not Free">{{>ICON_X}}</a></span>
  <a class="btn btn-ghost btn-sm" href="#filter">{{>ICON_FILTER}}Add filter</a>
</form>
<section class="card card-clip mt-3" aria-labelledby="tenants">
  <h2 class="sr-only" id="tenants">All tenants</h2>
  <div class="table-wrap" role="region" tabindex="0" aria-label="Tenants, table">
    <table class="table">
      <thead><tr><th scope="col"><a class="sort" href="#sort">Tenant</a></th><th scope="col">Plan</th><th scope="col" class="num" aria-sort="descending"><a class="sort" href="#sort">MRR{{>ICON_ARROW_DOWN}}</a></th><th scope="col" class="num">30 days</th><th scope="col">Activity, 30 days</th><th scope="col">Health</th><th scope="col">Status</th><th scope="col">Last active</th></tr></thead>
      <tbody>
        {{#tenants}}
        <tr><th scope="row"><span class="flex items-center gap-2.5"><span class="avatar" aria-hidden="true">{{initials}}</span><span><a class="table-link" href="{{url}}">{{name}}</a> <span class="sub">{{slug}}</span></span></span></th><td>{{#plan}}{{>BADGE}}{{/plan}}</td><td class="num"><b>{{mrr}}</b></td><td class="num tone-{{tone}}">{{change}}</td><td>{{#spark}}{{>SPARKLINE}}{{/spark}}</td><td><span class="word tone-{{health_tone}}"><span class="dot"></span>{{health}}</span></td><td>{{#status}}{{>BADGE}}{{/status}}{{#status_not}}<span class="muted">Active</span>{{/status_not}}</td><td class="muted tnum">{{>TIME}}</td></tr>
        {{/tenants}}
      </tbody>
    </table>
  </div>
  {{#pagination}}{{>PAGINATION}}{{/pagination}}
</section>
