{{%AUTOESCAPE context="HTML"}}
<div class="page-head"><h1>Audit log</h1></div>
<form class="toolbar mt-4" method="get" action="{{path}}" role="search" aria-label="Filter events">
  <label class="flex items-center gap-2 text-xs text-ink-3">What <select class="select select-sm" name="action">{{#kinds}}<option value="{{value}}"{{#chosen}} selected{{/chosen}}>{{label}}</option>{{/kinds}}</select></label>
  <label class="flex items-center gap-2 text-xs text-ink-3">Who <select class="select select-sm" name="actor">{{#actors}}<option value="{{value}}"{{#chosen}} selected{{/chosen}}>{{label}}</option>{{/actors}}</select></label>
  <label class="flex items-center gap-2 text-xs text-ink-3">From <input class="input input-sm" type="date" name="from" value="{{from}}"></label>
  <label class="flex items-center gap-2 text-xs text-ink-3">To <input class="input input-sm" type="date" name="until" value="{{until}}"></label>
  {{#target}}<input type="hidden" name="target" value="{{target}}"><span class="chip"><span class="chip-text"><span class="chip-field">Target</span> <b class="mono">{{target}}</b></span></span>{{/target}}
  <button class="btn btn-secondary btn-sm" type="submit">{{>ICON_FILTER}}Filter</button>
  {{#filtered}}<a class="btn btn-ghost btn-sm" href="{{path}}">Clear filters</a>{{/filtered}}
</form>
<section class="card card-clip mt-3" aria-labelledby="events">
  <h2 class="sr-only" id="events">Events</h2>
  {{#none}}{{>EMPTY}}{{/none}}
  {{#none_not}}<div class="table-wrap" role="region" tabindex="0" aria-label="Events, table">
    <table class="table table-stack">
      <thead><tr><th scope="col">Event</th><th scope="col">Who</th><th scope="col">Target</th><th scope="col">Changes</th><th scope="col">Address</th><th scope="col">When</th></tr></thead>
      <tbody>
        {{#events}}
        <tr>
          <th scope="row"><b class="font-medium">{{words}}</b> <span class="sub mono block only-wide">{{action}}</span></th>
          <td data-label="Who">{{actor}}</td>
          <td data-label="Target"><span><span class="block truncate max-w-[16rem]">{{target}}</span><span class="sub mono block only-wide truncate max-w-[16rem]">{{target_id}}</span></span></td>
          <td class="wrap">{{#changes}}<span class="block diff-line">{{field}}: {{#kept_out}}changed{{/kept_out}}{{#kept_out_not}}{{#before}}<del>{{before}}</del> <span aria-hidden="true">→</span><span class="sr-only">became</span> {{/before}}<ins>{{after}}</ins>{{/kept_out_not}}</span>{{/changes}}{{#reason}}<span class="sub block">{{reason}}</span>{{/reason}}</td>
          <td class="muted mono only-wide" data-label="Address">{{#ip}}{{ip}}{{/ip}}</td>
          <td class="muted tnum" data-label="When">{{>TIME}}</td>
        </tr>
        {{/events}}
      </tbody>
    </table>
  </div>{{/none_not}}
  <nav class="pagination" aria-label="Pages">
    <span>Newest first</span>
    <span class="actions">{{#newest_url}}<a class="btn btn-secondary btn-sm" href="{{newest_url}}">Newest</a>{{/newest_url}}{{#older_url}}<a class="btn btn-secondary btn-sm" href="{{older_url}}" rel="next">Older</a>{{/older_url}}</span>
  </nav>
</section>
