{{%AUTOESCAPE context="HTML"}}
<div class="page-head"><h1>Customers</h1></div>
<div class="stack stack-lg mt-6">
{{#clock}}{{>clock}}{{/clock}}
{{#no_customers}}
<section class="card"><div class="empty"><p class="empty-title">No customers yet</p><p class="empty-text">They appear when the product creates them.</p></div></section>
{{/no_customers}}
{{#no_customers_not}}
<section class="card card-clip" aria-labelledby="list">
  <h2 class="sr-only" id="list">All customers</h2>
  <div class="table-wrap" role="region" tabindex="0" aria-label="Customers, table">
    <table class="table">
      <thead><tr><th scope="col">Customer</th><th scope="col">Subscription</th><th scope="col">Status</th><th scope="col">Next</th><th scope="col">Card</th></tr></thead>
      <tbody>
        {{#customers}}
        <tr>
          <th scope="row"><a class="table-link" href="{{url}}">{{name}}</a>{{#email}} <span class="sub">{{email}}</span>{{/email}}</th>
          {{#subscription}}<td>{{plan}} <span class="sub">{{price}}</span></td><td>{{#badge}}{{>BADGE}}{{/badge}}</td><td class="tnum">{{next}}</td>{{/subscription}}
          {{#subscription_not}}<td class="muted">None</td><td></td><td></td>{{/subscription_not}}
          <td>{{>card_switch}}</td>
        </tr>
        {{/customers}}
      </tbody>
    </table>
  </div>
</section>
{{/no_customers_not}}
</div>
