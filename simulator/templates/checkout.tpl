{{%AUTOESCAPE context="HTML"}}
<h1 class="page-title">{{heading}}</h1>
<div class="grid items-start gap-6 mt-6 lg:grid-cols-2">
  <section class="card" aria-labelledby="summary">
    <div class="card-head"><h2 class="card-title" id="summary">Summary</h2></div>
    <div class="card-body">
      <table class="lines"><caption class="sr-only">What you pay</caption>
        <tbody>{{#lines}}<tr><th scope="row">{{name}}</th><td>{{price}}</td></tr>{{/lines}}</tbody>
        <tfoot><tr><th scope="row">Due today</th><td>{{due_today}}</td></tr></tfoot>
      </table>
      {{#trial_note}}<p class="mt-4 text-sm text-ink-2">{{trial_note}}</p>{{/trial_note}}
    </div>
  </section>
  <section class="card" aria-labelledby="card">
    <div class="card-head"><h2 class="card-title" id="card">Card</h2></div>
    <div class="card-body">{{#form}}{{>card_form}}{{/form}}</div>
  </section>
</div>
