{{%AUTOESCAPE context="HTML"}}
<h1 class="page-title">Your subscription</h1>
<div class="stack stack-lg mt-6">
<section class="card" aria-labelledby="subscriptions">
  <div class="card-head"><h2 class="card-title" id="subscriptions">Current plan</h2></div>
  <div class="card-body">
    {{#no_subscriptions}}<p class="muted">No subscription.</p>{{/no_subscriptions}}
    {{#subscriptions}}
    <div class="flex flex-wrap items-center justify-between gap-3">
      <p>{{plan}} {{#status}}{{>BADGE}}{{/status}}<br><span class="meta">{{next}}</span></p>
      <div class="flex flex-wrap gap-2">
        {{#update_url}}<a class="btn btn-secondary" href="{{update_url}}">Change plan</a>{{/update_url}}
        {{#cancel_url}}<a class="btn btn-ghost" href="{{cancel_url}}">Cancel plan</a>{{/cancel_url}}
        {{#renew_url}}<form method="post" action="{{renew_url}}">{{>CSRF}}<button class="btn btn-primary" type="submit">Keep plan</button></form>{{/renew_url}}
      </div>
    </div>
    {{/subscriptions}}
  </div>
</section>
<section class="card" aria-labelledby="card">
  <div class="card-head"><h2 class="card-title" id="card">Card</h2></div>
  <div class="card-body flex flex-wrap items-center justify-between gap-3">
    <p>{{card}}</p>
    {{#card_url}}<a class="btn btn-secondary" href="{{card_url}}">Update card</a>{{/card_url}}
  </div>
</section>
{{#any_invoices}}
<section class="card card-clip" aria-labelledby="invoices">
  <div class="card-head"><h2 class="card-title" id="invoices">Invoices</h2></div>
  <div class="table-wrap" role="region" tabindex="0" aria-label="Invoices, table">
    <table class="table">
      <thead><tr><th scope="col">Number</th><th scope="col">Date</th><th scope="col">Status</th><th scope="col" class="num">Total</th><th scope="col">File</th></tr></thead>
      <tbody>{{#invoices}}<tr><th scope="row"><a class="table-link" href="{{url}}">{{number}}</a></th><td class="tnum">{{date}}</td><td>{{status}}</td><td class="num">{{amount}}</td><td><a class="table-link" href="{{pdf_url}}">PDF<span class="sr-only"> of {{number}}</span></a></td></tr>{{/invoices}}</tbody>
    </table>
  </div>
</section>
{{/any_invoices}}
{{#return_url}}<p><a class="btn btn-ghost" href="{{return_url}}">Go back to the product</a></p>{{/return_url}}
</div>
