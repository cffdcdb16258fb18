{{%AUTOESCAPE context="HTML"}}
<div class="grid gap-4 md:grid-cols-2 lg:grid-cols-3">
  <section class="card" aria-labelledby="empty-first">
    <div class="card-head"><h2 class="card-title" id="empty-first">Empty, first use</h2></div>
    {{#empty_first}}{{>EMPTY}}{{/empty_first}}
  </section>
  <section class="card" aria-labelledby="empty-filtered">
    <div class="card-head"><h2 class="card-title" id="empty-filtered">Empty, filtered</h2></div>
    {{#empty_filtered}}{{>EMPTY}}{{/empty_filtered}}
  </section>
  <section class="card" aria-labelledby="failed">
    <div class="card-head"><h2 class="card-title" id="failed">Error</h2></div>
    {{#empty_error}}{{>EMPTY}}{{/empty_error}}
  </section>
  <section class="card" aria-labelledby="forbidden">
    <div class="card-head"><h2 class="card-title" id="forbidden">No permission</h2></div>
    {{#no_permission}}{{>NO_PERMISSION}}{{/no_permission}}
  </section>
  <section class="card" aria-labelledby="gated">
    <div class="card-head"><h2 class="card-title" id="gated">Gated by plan</h2><span class="badge">{{>ICON_LOCK}}Pro</span></div>
    {{#gate}}{{>GATE}}{{/gate}}
  </section>
  <section class="card" aria-labelledby="loading" aria-busy="true">
    <div class="card-head"><h2 class="card-title" id="loading">Loading</h2><span class="spinner text-ink-3"></span></div>
    <div class="card-body stack" role="status" aria-label="Loading">
      <div class="skeleton h-3.5 w-2/3"></div><div class="skeleton h-3.5 w-full"></div><div class="skeleton h-3.5 w-5/6"></div><div class="skeleton h-16 w-full"></div><div class="skeleton h-3.5 w-1/2"></div>
    </div>
  </section>
</div>
