{{%AUTOESCAPE context="HTML"}}
<div class="page-head"><h1>Tenants <span class="tnum">{{total}}</span></h1></div>
<dl class="stats mt-4">
  {{#stats}}<div class="stat"><dt>{{label}}</dt><dd><span><span class="figure-sm block">{{value}}</span><span class="stat-note muted">{{note}}</span></span></dd></div>{{/stats}}
</dl>
<div class="mt-5">{{#tabs}}{{>TABS}}{{/tabs}}</div>
<form class="toolbar mt-3" role="search" aria-label="Find tenants" action="/tenants" method="get">
  <input type="hidden" name="view" value="{{view}}">{{#by_activity}}<input type="hidden" name="sort" value="active">{{/by_activity}}
  {{#figure}}{{#hidden}}<input type="hidden" name="{{name}}" value="{{value}}">{{/hidden}}<span class="chip"><span class="chip-text"><span class="chip-field">Revenue</span> <b>{{label}}</b></span></span>{{/figure}}
  <div class="search">{{>ICON_SEARCH}}<input class="input input-sm" type="search" name="q" value="{{q}}" aria-label="Search tenants" placeholder="Name or address"></div>
  <button class="btn btn-secondary btn-sm" type="submit">Search</button>
  {{#filtered}}<a class="btn btn-ghost btn-sm" href="/tenants">Clear</a>{{/filtered}}
</form>
<section class="card card-clip mt-3" aria-labelledby="tenants">
  <h2 class="sr-only" id="tenants">Tenants</h2>
  {{#none}}{{>EMPTY}}{{/none}}
  {{#none_not}}<div class="table-wrap" role="region" tabindex="0" aria-label="Tenants, table">
    <table class="table table-stack">
      <thead><tr><th scope="col">Tenant</th><th scope="col">Plan</th><th scope="col" class="num"{{#by_activity_not}} aria-sort="descending"{{/by_activity_not}}><a class="sort" href="{{by_revenue_url}}">MRR{{#by_activity_not}}{{>ICON_ARROW_DOWN}}{{/by_activity_not}}</a></th><th scope="col" class="num">Members</th><th scope="col">Status</th><th scope="col"{{#by_activity}} aria-sort="descending"{{/by_activity}}><a class="sort" href="{{by_activity_url}}">Last active{{#by_activity}}{{>ICON_ARROW_DOWN}}{{/by_activity}}</a></th></tr></thead>
      <tbody>
        {{#tenants}}
        <tr><th scope="row"><span class="flex items-center gap-2.5"><span class="avatar" aria-hidden="true">{{initials}}</span><span><a class="table-link" href="{{url}}">{{name}}</a> <span class="sub">{{slug}}</span></span></span></th><td data-label="Plan">{{plan}}{{#by_staff}} <span class="sub">by staff</span>{{/by_staff}}</td><td class="num" data-label="MRR"><b>{{mrr}}</b></td><td class="num" data-label="Members">{{members}}</td><td data-label="Status">{{#badge}}{{>BADGE}}{{/badge}}{{#badge_not}}{{status}}{{/badge_not}}</td><td class="muted tnum" data-label="Last active">{{>TIME}}</td></tr>
        {{/tenants}}
      </tbody>
    </table>
  </div>{{/none_not}}
  {{#paged}}<nav class="pagination" aria-label="Pages">
    <span>50 a page</span>
    <span class="actions">{{#first_url}}<a class="btn btn-secondary btn-sm" href="{{first_url}}">First page</a>{{/first_url}}{{#next_url}}<a class="btn btn-secondary btn-sm" href="{{next_url}}" rel="next">Next</a>{{/next_url}}</span>
  </nav>{{/paged}}
</section>
