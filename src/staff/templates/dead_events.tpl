{{%AUTOESCAPE context="HTML"}}
<div class="page-head"><h1>Failed webhooks <span class="tnum">{{count}}</span></h1></div>
<form class="toolbar mt-4" role="search" aria-label="Find failed webhooks" action="/webhooks/dead" method="get">
  <label class="flex items-center gap-2 text-xs text-ink-3">Reason <select class="select select-sm" name="reason">{{#reasons}}<option value="{{value}}"{{#chosen}} selected{{/chosen}}>{{label}}</option>{{/reasons}}</select></label>
  <label class="flex items-center gap-2 text-xs text-ink-3">Type <input class="input input-sm" type="search" name="type" value="{{type}}" placeholder="invoice.paid"></label>
  <label class="flex items-center gap-2 text-xs text-ink-3">Customer <input class="input input-sm" type="search" name="customer" value="{{customer}}" placeholder="cus_…"></label>
  <label class="flex items-center gap-2 text-xs text-ink-3">Received from <input class="input input-sm" type="date" name="since" value="{{since}}"></label>
  <label class="flex items-center gap-2 text-xs text-ink-3">to before <input class="input input-sm" type="date" name="until" value="{{until}}"></label>
  <button class="btn btn-secondary btn-sm" type="submit">Filter</button>
  {{#filtered}}<a class="btn btn-ghost btn-sm" href="/webhooks/dead">Clear</a>{{/filtered}}
</form>
{{#many}}<form class="mt-3" method="post" action="/webhooks/dead/replay">{{>CSRF}}<input type="hidden" name="reason" value="{{reason}}"><input type="hidden" name="type" value="{{type}}"><input type="hidden" name="customer" value="{{customer}}"><input type="hidden" name="since" value="{{since}}"><input type="hidden" name="until" value="{{until}}"><button class="btn btn-secondary btn-sm" type="submit" data-busy="Replaying…">{{>ICON_REPLAY}}{{#filtered}}Replay all that are shown{{/filtered}}{{#filtered_not}}Replay all{{/filtered_not}}</button></form>{{/many}}
<section class="card card-clip mt-3" aria-labelledby="dead-title">
  <h2 class="sr-only" id="dead-title">Events of Stripe that could not be followed</h2>
  {{#none}}{{>EMPTY}}{{/none}}
  {{#none_not}}<div class="table-wrap" role="region" tabindex="0" aria-label="Failed webhooks, table"><table class="table table-stack">
    <thead><tr><th scope="col">Event</th><th scope="col">Tenant</th><th scope="col">Customer</th><th scope="col">Reason</th><th scope="col">Given up</th><th scope="col"><span class="sr-only">Replay</span></th></tr></thead>
    <tbody>{{#events}}<tr><th scope="row">{{type}} <span class="sub mono">{{id}}</span></th><td data-label="Tenant">{{#tenant}}<a class="link" href="{{url}}">{{label}}</a>{{/tenant}}{{#tenant_not}}<span class="muted">Nobody here</span>{{/tenant_not}}</td><td class="mono" data-label="Customer">{{customer}}</td><td class="wrap" data-label="Reason">{{reason}}<span class="sub">{{about}}</span><details><summary>Payload</summary><pre class="code wrap">{{payload}}</pre></details></td><td class="muted tnum" data-label="Given up">{{>TIME}}</td><td class="actions-cell">{{#can_replay}}<form method="post" action="/webhooks/dead/replay">{{>CSRF}}<input type="hidden" name="id" value="{{id}}"><button class="btn btn-secondary btn-sm" type="submit" data-busy="Replaying…">{{>ICON_REPLAY}}Replay<span class="sr-only"> {{id}}</span></button></form>{{/can_replay}}</td></tr>{{/events}}</tbody>
  </table></div>{{/none_not}}
</section>
