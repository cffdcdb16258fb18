{{%AUTOESCAPE context="HTML"}}
<div class="page-head">
  <div><h1 class="flex flex-wrap items-center gap-2.5">Invoice {{number}}{{#badge}} {{>BADGE}}{{/badge}}</h1><p class="lede">{{headline}}</p></div>
  <div class="page-actions">{{#stripe_pdf_url}}<a class="btn btn-ghost" href="{{stripe_pdf_url}}">{{>ICON_EXTERNAL}}Stripe’s PDF</a>{{/stripe_pdf_url}}<a class="btn btn-secondary" href="{{pdf_url}}" download>{{>ICON_DOWNLOAD}}Download PDF</a></div>
</div>
<div class="mt-4">{{#tabs}}{{>TABS}}{{/tabs}}</div>
<div class="stack mt-5">
  {{#notices}}{{>CALLOUT}}{{/notices}}
  <div class="grid gap-4 lg:grid-cols-3 items-start">
    <section class="card card-clip lg:col-span-2" aria-labelledby="lines-title">
      <div class="card-head"><h2 class="card-title" id="lines-title">What it is for</h2></div>
      <div class="table-wrap" role="region" tabindex="0" aria-label="Lines, table">
        <table class="table table-stack">
          <thead><tr><th scope="col">Description</th><th scope="col" class="num">Quantity</th><th scope="col" class="num">Unit price</th><th scope="col" class="num">Amount</th></tr></thead>
          <tbody>{{#lines}}<tr><th scope="row" class="wrap"><span class="font-medium">{{description}}</span>{{#period}}<span class="sub block">{{period}}</span>{{/period}}</th><td class="num tnum" data-label="Quantity">{{quantity}}</td><td class="num tnum" data-label="Unit price">{{unit_price}}</td><td class="num tnum" data-label="Amount">{{amount}}</td></tr>{{/lines}}</tbody>
        </table>
      </div>
      <div class="card-body"><table class="lines"><caption class="sr-only">How it sums</caption><tbody>{{#sums}}<tr>{{#is_sum}}<th scope="row"><b class="font-medium text-ink">{{label}}</b></th><td><b class="font-medium">{{value}}</b></td>{{/is_sum}}{{#is_sum_not}}<th scope="row">{{label}}</th><td>{{value}}</td>{{/is_sum_not}}</tr>{{/sums}}</tbody></table></div>
    </section>
    <div class="stack">
      {{#pay_label}}<section class="card" aria-labelledby="pay-title">
        <div class="card-head"><h2 class="card-title" id="pay-title">Pay this invoice</h2></div>
        <div class="card-body stack">
          {{#pay_url}}<p class="flex items-center gap-2 font-medium">{{>ICON_CARD}}{{card}}</p><form method="post" action="{{pay_url}}">{{>CSRF}}<button class="btn btn-primary" type="submit" data-busy="Paying…">{{pay_label}}</button></form>{{/pay_url}}
          {{#pay_url_not}}<p class="text-sm text-ink-2">No card is stored.</p>{{/pay_url_not}}
          <p class="actions"><a class="btn btn-secondary btn-sm" href="{{card_url}}">Use another card</a>{{#hosted_url}}<a class="btn btn-ghost btn-sm" href="{{hosted_url}}">{{>ICON_EXTERNAL}}Payment page</a>{{/hosted_url}}</p>
        </div>
      </section>{{/pay_label}}
      <section class="card" aria-labelledby="facts-title">
        <div class="card-head"><h2 class="card-title" id="facts-title">Details</h2></div>
        <div class="card-body"><dl class="fact-rows">{{#facts}}<div><dt>{{label}}</dt><dd>{{value}}</dd></div>{{/facts}}</dl></div>
      </section>
      <section class="card" aria-labelledby="to-title">
        <div class="card-head"><h2 class="card-title" id="to-title">Billed to</h2><a class="link text-sm" href="{{details_url}}">Billing details</a></div>
        <div class="card-body">{{#bill_to}}<p>{{item}}</p>{{/bill_to}}{{#bill_to_not}}<p class="text-sm text-ink-2">Nothing is known yet.</p>{{/bill_to_not}}<p class="hint mt-3">As it was when the invoice was made. What you change counts for the next one.</p></div>
      </section>
    </div>
  </div>
</div>
