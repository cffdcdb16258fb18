{{%AUTOESCAPE context="HTML"}}
<div class="page-head"><h1>{{heading}}</h1>{{#status}}{{>BADGE}}{{/status}}</div>
{{#customer}}<p class="lede">{{customer}}</p>{{/customer}}
<div class="grid items-start gap-6 mt-6 lg:grid-cols-2">
  <section class="card" aria-labelledby="lines">
    <div class="card-head"><h2 class="card-title" id="lines">What it is for</h2></div>
    <div class="card-body">
      <table class="lines"><caption class="sr-only">Lines of the invoice</caption>
        <tbody>{{#lines}}<tr><th scope="row">{{name}}<br><span class="meta">{{period}}</span></th><td>{{amount}}</td></tr>{{/lines}}</tbody>
        <tfoot>{{#discount}}<tr><th scope="row">Discount</th><td>{{discount}}</td></tr>{{/discount}}{{#credits}}<tr><th scope="row">Credits</th><td>{{credits}}</td></tr>{{/credits}}{{#tax}}<tr><th scope="row">Tax</th><td>{{tax}}</td></tr>{{/tax}}<tr><th scope="row">Total</th><td>{{total}}</td></tr><tr><th scope="row">Still due</th><td>{{due}}</td></tr>{{#due_date}}<tr><th scope="row">To be paid by</th><td>{{due_date}}</td></tr>{{/due_date}}</tfoot>
      </table>
    </div>
  </section>
  {{#form}}
  <section class="card" aria-labelledby="card">
    <div class="card-head"><h2 class="card-title" id="card">Pay with a card</h2></div>
    <div class="card-body">{{#challenge_url}}<p class="mb-4"><a class="btn btn-primary" href="{{challenge_url}}">Answer your bank</a></p>{{/challenge_url}}{{#kept}}<p class="mb-4 text-sm text-ink-2">The card is charged for this subscription from now on.</p>{{/kept}}{{>card_form}}</div>
  </section>
  {{/form}}
</div>
