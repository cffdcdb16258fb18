{{%AUTOESCAPE context="HTML"}}
{{>tenant_head}}
<div class="stack mt-5">
  {{#has_tasks}}<section class="callout callout-warn" aria-labelledby="tasks-title">{{>ICON_ALERT_TRIANGLE}}<div class="callout-text"><h2 class="callout-title" id="tasks-title">This waits for a person</h2><ul>{{#tasks}}<li>{{label}}: <span class="mono">{{subject}}</span>, {{>TIME}}</li>{{/tasks}}</ul><p><a class="link" href="/tasks">All tasks</a></p></div></section>{{/has_tasks}}
  <section class="card card-body" aria-labelledby="sub-title"><h2 class="card-title" id="sub-title">Subscription</h2><dl class="facts mt-4 grid-cols-2 md:grid-cols-4">{{#subscription}}<div><dt>{{label}}</dt><dd class="break-words">{{value}}</dd></div>{{/subscription}}</dl></section>
  {{#retention}}<section class="card card-body" aria-labelledby="end-title"><h2 class="card-title" id="end-title">After the end</h2><dl class="facts mt-4 grid-cols-2 md:grid-cols-4">{{#rows}}<div><dt>{{label}}</dt><dd class="break-words">{{value}}</dd></div>{{/rows}}</dl>
    {{#form}}<form class="form mt-4 max-w-[36rem]" method="post" action="{{action}}" novalidate>{{>CSRF}}{{#fields}}{{>FIELD}}{{/fields}}<div class="form-foot"><button class="btn btn-{{tone}}" type="submit" data-busy="{{busy}}">{{submit}}</button></div></form>{{/form}}
  </section>{{/retention}}
  {{#is_charged}}<details class="card card-disclosure"><summary>{{>ICON_CHEVRON_RIGHT}}Stop charging for a while</summary><div class="px-5 pb-5"><p class="meta">The subscription runs as before. The customer reads on the billing page that nothing is charged.</p>{{#collection}}<form class="form mt-4 max-w-[36rem]" method="post" action="{{action}}" novalidate>{{>CSRF}}{{#fields}}{{>FIELD}}{{/fields}}<div class="form-foot"><button class="btn btn-secondary" type="submit" data-busy="{{busy}}">{{>ICON_PAUSE}}{{submit}}</button></div></form>{{/collection}}</div></details>{{/is_charged}}
  {{#is_not_charged}}<section class="card card-body" aria-labelledby="charging-title"><h2 class="card-title" id="charging-title">Nothing is charged</h2><form class="mt-4" method="post" action="{{resume_url}}">{{>CSRF}}<button class="btn btn-secondary btn-sm" type="submit" data-busy="Asking…">{{>ICON_PLAY}}Charge again</button></form></section>{{/is_not_charged}}
  <section class="card card-body" aria-labelledby="trial-title"><h2 class="card-title" id="trial-title">Trial</h2><dl class="facts mt-4 grid-cols-2 md:grid-cols-4">{{#trial}}<div><dt>{{label}}</dt><dd class="break-words">{{value}}</dd></div>{{/trial}}</dl></section>
  <section class="card card-body" aria-labelledby="sync-title">
    <h2 class="card-title" id="sync-title">Our copy of Stripe</h2>
    <dl class="facts mt-4 grid-cols-2 md:grid-cols-4">{{#sync}}<div><dt>{{label}}</dt><dd class="break-words">{{value}}</dd></div>{{/sync}}</dl>
    {{#can_resync}}<form class="mt-4" method="post" action="{{resync_url}}">{{>CSRF}}<button class="btn btn-secondary btn-sm" type="submit" data-busy="Asking…">{{>ICON_REFRESH}}Resync</button></form>{{/can_resync}}
  </section>
  <section class="card card-clip" aria-labelledby="inv-title">
    <div class="card-head"><h2 class="card-title" id="inv-title">Invoices</h2></div>
    {{#has_invoices_not}}<p class="card-body meta">No invoices yet.</p>{{/has_invoices_not}}
    {{#has_invoices}}<div class="table-wrap" role="region" tabindex="0" aria-label="Invoices, table"><table class="table table-stack">
      <thead><tr><th scope="col">Number</th><th scope="col">Date</th><th scope="col">Status</th><th scope="col" class="num">Total</th><th scope="col" class="num">Paid</th><th scope="col" class="num">Given back</th><th scope="col"><span class="sr-only">Acts</span></th></tr></thead>
      <tbody>{{#invoices}}<tr><th scope="row">{{#url}}<a class="table-link" href="{{url}}" rel="noreferrer">{{number}}</a>{{/url}}{{#url_not}}{{number}}{{/url_not}}</th><td class="tnum" data-label="Date">{{date}}</td><td data-label="Status"><span class="word tone-{{tone}}">{{status}}</span></td><td class="num" data-label="Total">{{total}}</td><td class="num" data-label="Paid">{{paid}}</td><td class="num" data-label="Given back">{{returned}}</td><td class="actions-cell"><span class="actions">{{#refund_url}}<a class="btn btn-secondary btn-sm" href="{{refund_url}}">Refund<span class="sr-only"> {{number}}</span></a>{{/refund_url}}{{#credit_url}}<a class="btn btn-ghost btn-sm" href="{{credit_url}}">Credit<span class="sr-only"> {{number}}</span></a>{{/credit_url}}</span></td></tr>{{/invoices}}</tbody>
    </table></div>{{/has_invoices}}
  </section>
  {{#has_disputes}}<section class="card card-clip" aria-labelledby="dispute-title">
    <div class="card-head"><h2 class="card-title" id="dispute-title">Disputes</h2></div>
    <div class="table-wrap" role="region" tabindex="0" aria-label="Disputes, table"><table class="table table-stack">
      <thead><tr><th scope="col">Dispute</th><th scope="col">Status</th><th scope="col">Reason</th><th scope="col">Evidence until</th><th scope="col" class="num">Amount</th></tr></thead>
      <tbody>{{#disputes}}<tr><th scope="row" class="mono">{{id}}</th><td data-label="Status"><span class="word tone-{{tone}}">{{status}}</span></td><td data-label="Reason">{{reason}}</td><td class="tnum" data-label="Evidence until">{{due_by}}</td><td class="num" data-label="Amount">{{amount}}</td></tr>{{/disputes}}</tbody>
    </table></div>
  </section>{{/has_disputes}}
</div>
