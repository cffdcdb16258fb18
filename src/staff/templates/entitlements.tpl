{{%AUTOESCAPE context="HTML"}}
{{>tenant_head}}
<div class="stack mt-5">
  {{#form}}{{>ERROR_SUMMARY}}{{/form}}
  <section class="card card-clip" aria-labelledby="values-title">
    <div class="card-head"><h2 class="card-title" id="values-title">What holds now</h2></div>
    <div class="table-wrap" role="region" tabindex="0" aria-label="What holds now, table"><table class="table">
      <thead><tr><th scope="col">What</th><th scope="col">Kind</th><th scope="col">Bought plan</th><th scope="col">Now</th></tr></thead>
      <tbody>{{#values}}<tr><th scope="row">{{label}}</th><td class="muted">{{kind}}</td><td class="tnum">{{plan_value}}</td><td class="tnum">{{#changed}}<b>{{now}}</b> <span class="sub">override</span>{{/changed}}{{#changed_not}}{{now}}{{/changed_not}}</td></tr>{{/values}}</tbody>
    </table></div>
  </section>
  <section class="card card-clip" aria-labelledby="overrides-title">
    <div class="card-head"><h2 class="card-title" id="overrides-title">Overrides</h2></div>
    {{#has_overrides_not}}<p class="card-body meta">None. What was bought is what holds.</p>{{/has_overrides_not}}
    {{#has_overrides}}<div class="table-wrap" role="region" tabindex="0" aria-label="Overrides, table"><table class="table">
      <thead><tr><th scope="col">What</th><th scope="col">Value</th><th scope="col">Reason</th><th scope="col">Since</th><th scope="col">Last day</th><th scope="col"><span class="sr-only">Revoke</span></th></tr></thead>
      <tbody>{{#overrides}}<tr><th scope="row">{{key}} <span class="sub">{{kind}}</span></th><td>{{value}}</td><td class="wrap">{{reason}}</td><td class="tnum">{{since}}</td><td class="tnum">{{last_day}}{{#over}} <span class="sub">expired</span>{{/over}}</td><td><form method="post" action="{{revoke_url}}">{{>CSRF}}<button class="btn btn-ghost btn-sm" type="submit" data-busy="Revoking…">Revoke<span class="sr-only"> the override of {{key}}</span></button></form></td></tr>{{/overrides}}</tbody>
    </table></div>{{/has_overrides}}
  </section>
  <section class="card card-body" aria-labelledby="set-title">
    <h2 class="card-title" id="set-title">Set an override</h2>
    {{#form}}<form class="form mt-4 max-w-[36rem]" method="post" action="{{action}}" novalidate>{{>CSRF}}{{#fields}}{{>FIELD}}{{/fields}}<div class="form-foot"><button class="btn btn-{{tone}}" type="submit" data-busy="{{busy}}">{{submit}}</button></div></form>{{/form}}
  </section>
</div>
