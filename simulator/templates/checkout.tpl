{{%AUTOESCAPE context="HTML"}}
<h1 class="page-title">{{heading}}</h1>
<div class="grid items-start gap-6 mt-6 lg:grid-cols-2">
  <section class="card" aria-labelledby="summary">
    <div class="card-head"><h2 class="card-title" id="summary">Summary</h2></div>
    <div class="card-body">
      <table class="lines"><caption class="sr-only">What you pay</caption>
        <tbody>{{#lines}}<tr><th scope="row">{{name}}</th><td>{{price}}</td></tr>{{/lines}}{{#discount}}<tr><th scope="row">{{name}}</th><td>{{amount}}</td></tr>{{/discount}}</tbody>
        <tfoot>{{#tax}}<tr><th scope="row">Tax</th><td>{{tax}}</td></tr>{{/tax}}<tr><th scope="row">Due today</th><td>{{due_today}}</td></tr></tfoot>
      </table>
      {{#update}}
      <form class="form mt-4" method="post" action="{{action}}" aria-label="Change what you pay">
        {{>CSRF}}<input type="hidden" name="update" value="yes">
        {{#lines}}{{#adjust}}<label class="flex items-center gap-2 text-sm text-ink-2">{{label}} <input class="input input-sm w-24" type="number" name="{{field}}" min="{{least}}" max="{{most}}" value="{{value}}"></label>{{/adjust}}{{/lines}}
        {{#code}}<label class="flex items-center gap-2 text-sm text-ink-2">Promotion code <input class="input input-sm" type="text" name="promotion_code" value="{{value}}" autocomplete="off"></label>{{/code}}
        <button class="btn btn-secondary" type="submit">Apply</button>
      </form>
      {{/update}}
      {{#trial_note}}<p class="mt-4 text-sm text-ink-2">{{trial_note}}</p>{{/trial_note}}
    </div>
  </section>
  <section class="card" aria-labelledby="card">
    <div class="card-head"><h2 class="card-title" id="card">Card</h2></div>
    <div class="card-body">{{#form}}{{>card_form}}{{/form}}</div>
  </section>
</div>
