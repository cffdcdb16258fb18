{{%AUTOESCAPE context="HTML"}}
<div class="page-head"><h1>Invoices</h1></div>
<div class="mt-4">{{#tabs}}{{>TABS}}{{/tabs}}</div>
<form class="toolbar mt-4" method="get" action="{{path}}" role="search" aria-label="Filter invoices">
  <label class="flex items-center gap-2 text-xs text-ink-3">State <select class="select select-sm" name="status">{{#statuses}}<option value="{{value}}"{{#chosen}} selected{{/chosen}}>{{label}}</option>{{/statuses}}</select></label>
  <label class="flex items-center gap-2 text-xs text-ink-3">From <input class="input input-sm" type="date" name="from" value="{{from}}"></label>
  <label class="flex items-center gap-2 text-xs text-ink-3">To <input class="input input-sm" type="date" name="until" value="{{until}}"></label>
  <button class="btn btn-secondary btn-sm" type="submit">{{>ICON_FILTER}}Filter</button>
  {{#filtered}}<a class="btn btn-ghost btn-sm" href="{{path}}">Clear filters</a>{{/filtered}}
</form>
<section class="card card-clip mt-3" aria-label="Invoices">
  {{#none}}{{>EMPTY}}{{/none}}{{#none_not}}{{>invoice_table}}{{/none_not}}
  <nav class="pagination" aria-label="Pages">
    <span>Newest first</span>
    <span class="actions">{{#newest_url}}<a class="btn btn-secondary btn-sm" href="{{newest_url}}">Newest</a>{{/newest_url}}{{#older_url}}<a class="btn btn-secondary btn-sm" href="{{older_url}}" rel="next">Older</a>{{/older_url}}</span>
  </nav>
</section>
