{{%AUTOESCAPE context="HTML"}}
<div class="page-head"><h1>Billing drift <span class="tnum">{{count}}</span></h1></div>
<section class="card card-clip mt-4" aria-labelledby="drift-title">
  <h2 class="sr-only" id="drift-title">What differs</h2>
  {{#none}}{{>EMPTY}}{{/none}}
  {{#none_not}}<div class="table-wrap" role="region" tabindex="0" aria-label="Billing drift, table"><table class="table table-stack">
    <thead><tr><th scope="col">Tenant</th><th scope="col">Subscription</th><th scope="col">What</th><th scope="col">Stripe says</th><th scope="col">We say</th><th scope="col">Since</th><th scope="col"><span class="sr-only">Repair</span></th></tr></thead>
    <tbody>{{#drifts}}<tr><th scope="row">{{#tenant}}<a class="link" href="{{url}}">{{label}}</a>{{/tenant}}{{#tenant_not}}<span class="mono">{{customer}}</span> <span class="sub">nobody here</span>{{/tenant_not}}</th><td class="mono" data-label="Subscription">{{subscription}}</td><td data-label="What">{{field}}</td><td class="wrap" data-label="Stripe says">{{stripe_says}}</td><td class="wrap" data-label="We say">{{we_say}}</td><td class="muted tnum" data-label="Since">{{>TIME}}</td><td class="actions-cell">{{#repair_url}}<form method="post" action="{{repair_url}}">{{>CSRF}}<button class="btn btn-secondary btn-sm" type="submit" data-busy="Fetching…">{{>ICON_REFRESH}}Fetch again<span class="sr-only"> {{subscription}}</span></button></form>{{/repair_url}}</td></tr>{{/drifts}}</tbody>
  </table></div>{{/none_not}}
</section>
