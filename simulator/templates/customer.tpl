{{%AUTOESCAPE context="HTML"}}
<div class="page-head"><h1>{{heading}}</h1>{{#subscription}}{{#badge}}{{>BADGE}}{{/badge}}{{/subscription}}</div>
<p class="meta">{{#email}}{{email}} · {{/email}}<span class="mono">{{id}}</span></p>
<div class="stack stack-lg mt-6">
<div class="grid gap-6 lg:grid-cols-2">
  <section class="card" aria-labelledby="pays">
    <div class="card-head"><h2 class="card-title" id="pays">What it pays</h2></div>
    <div class="card-body">
      {{#subscription}}<dl class="facts"><div><dt>Plan</dt><dd>{{plan}}</dd></div><div><dt>Price</dt><dd>{{price}}</dd></div><div><dt>Next</dt><dd>{{next}}</dd></div><div><dt>Subscription</dt><dd class="mono">{{id}}</dd></div></dl>{{/subscription}}
      {{#subscription_not}}<p class="muted">No subscription.</p>{{/subscription_not}}
      <div class="mt-5">{{>card_switch}}</div>
    </div>
  </section>
  {{#clock}}{{>clock}}{{/clock}}
</div>
<section class="card card-clip" aria-labelledby="invoices">
  <div class="card-head"><h2 class="card-title" id="invoices">Invoices</h2></div>
  {{#no_invoices}}<div class="empty"><p class="empty-title">No invoices</p><p class="empty-text">The first one comes with the first subscription.</p></div>{{/no_invoices}}
  {{#no_invoices_not}}
  <div class="table-wrap" role="region" tabindex="0" aria-label="Invoices, table">
    <table class="table">
      <thead><tr><th scope="col">Number</th><th scope="col">Created</th><th scope="col">Status</th><th scope="col" class="num">Attempts</th><th scope="col" class="num">Total</th></tr></thead>
      <tbody>{{#invoices}}<tr><th scope="row">{{#url}}<a class="table-link" href="{{url}}">{{number}}</a>{{/url}}{{#url_not}}{{number}}{{/url_not}}</th><td class="tnum">{{date}}</td><td>{{#badge}}{{>BADGE}}{{/badge}}</td><td class="num">{{attempts}}</td><td class="num">{{amount}}</td></tr>{{/invoices}}</tbody>
    </table>
  </div>
  {{/no_invoices_not}}
</section>
<section class="card card-clip" aria-labelledby="disputes">
  <div class="card-head"><h2 class="card-title" id="disputes">Disputes</h2>
    <form method="post" action="{{dispute_url}}">{{>CSRF}}<input type="hidden" name="return_to" value="{{return_to}}"><button class="btn btn-secondary btn-sm" type="submit">Dispute the newest payment</button></form>
  </div>
  {{#no_disputes}}<div class="empty"><p class="empty-title">No disputes</p><p class="empty-text">A cardholder who wants a payment back asks the bank. Test cards such as 4000 0000 0000 0259 do it by themselves.</p></div>{{/no_disputes}}
  {{#no_disputes_not}}
  <div class="table-wrap" role="region" tabindex="0" aria-label="Disputes, table">
    <table class="table">
      <thead><tr><th scope="col">Reason</th><th scope="col">Created</th><th scope="col">Status</th><th scope="col" class="num">Amount</th><th scope="col">The bank decides</th></tr></thead>
      <tbody>{{#disputes}}<tr><th scope="row">{{reason}} <span class="sub mono">{{id}}</span></th><td class="tnum">{{date}}</td><td>{{#badge}}{{>BADGE}}{{/badge}}</td><td class="num">{{amount}}</td><td>{{#open}}<form class="flex flex-wrap gap-2" method="post" action="{{action}}">{{>CSRF}}<input type="hidden" name="return_to" value="{{return_to}}"><button class="btn btn-secondary btn-sm" type="submit" name="outcome" value="won">Won<span class="sr-only">: {{id}}</span></button><button class="btn btn-secondary btn-sm" type="submit" name="outcome" value="lost">Lost<span class="sr-only">: {{id}}</span></button></form>{{/open}}{{#open_not}}<span class="muted">Decided</span>{{/open_not}}</td></tr>{{/disputes}}</tbody>
    </table>
  </div>
  {{/no_disputes_not}}
</section>
<section class="card" aria-labelledby="events">
  <div class="card-head"><h2 class="card-title" id="events">Events</h2></div>
  <div class="card-body">{{#timeline}}{{>TIMELINE}}{{/timeline}}</div>
</section>
</div>
