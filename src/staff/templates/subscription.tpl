{{%AUTOESCAPE context="HTML"}}
{{>tenant_head}}
<div class="stack mt-5">
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
      <thead><tr><th scope="col">Number</th><th scope="col">Date</th><th scope="col">Status</th><th scope="col" class="num">Total</th></tr></thead>
      <tbody>{{#invoices}}<tr><th scope="row">{{#url}}<a class="table-link" href="{{url}}" rel="noreferrer">{{number}}</a>{{/url}}{{#url_not}}{{number}}{{/url_not}}</th><td class="tnum" data-label="Date">{{date}}</td><td data-label="Status"><span class="word tone-{{tone}}">{{status}}</span></td><td class="num" data-label="Total">{{total}}</td></tr>{{/invoices}}</tbody>
    </table></div>{{/has_invoices}}
  </section>
</div>
