{{%AUTOESCAPE context="HTML"}}
<div class="page-head">
  <div><h1>Billing</h1><p class="lede">Plan, payment and invoices of this {{word_workspace}}.</p></div>
  <div class="page-actions">{{#cancel}}<a class="btn btn-{{kind}}" href="{{url}}">{{label}}</a>{{/cancel}}{{#orders}}<form method="post" action="{{url}}">{{>CSRF}}<button class="btn btn-secondary" type="submit" data-busy="{{busy}}">{{label}}</button></form>{{/orders}}{{#change}}<a class="btn btn-{{kind}}" href="{{url}}">{{label}}</a>{{/change}}</div>
</div>
<div class="mt-4">{{#tabs}}{{>TABS}}{{/tabs}}</div>
<div class="stack mt-5">
  {{#notices}}{{>CALLOUT}}{{/notices}}
  <div class="grid gap-4 lg:grid-cols-3 items-start">
    <section class="card lg:col-span-2" aria-labelledby="plan-title">
      <div class="card-body">
        <div class="flex flex-wrap items-start justify-between gap-4">
          <div><h2 class="text-sm font-medium text-ink-2" id="plan-title">Current plan</h2><p class="mt-1 flex flex-wrap items-center gap-2.5"><span class="figure">{{plan_name}}</span>{{#badge}}{{>BADGE}}{{/badge}}</p></div>
          {{#headline}}<div class="text-end"><p class="text-sm text-ink-2">{{label}}</p><p class="figure mt-1">{{value}}</p></div>{{/headline}}
        </div>
        <dl class="facts mt-5">{{#facts}}<div><dt>{{label}}</dt><dd>{{value}}</dd></div>{{/facts}}</dl>
      </div>
      {{#lines}}<details class="card-disclosure" open>
        <summary>{{>ICON_CHEVRON_RIGHT}}How the next charge is made up</summary>
        <div class="px-5 pb-4"><table class="lines"><caption class="sr-only">Next charge</caption><tbody>{{#items}}<tr><th scope="row">{{label}}</th><td>{{value}}</td></tr>{{/items}}</tbody><tfoot>{{#total}}<tr><th scope="row">{{label}}</th><td>{{value}}</td></tr>{{/total}}</tfoot></table></div>
      </details>{{/lines}}
    </section>
    <div class="stack">
      <section class="card card-body" aria-labelledby="payment-title">
        <h2 class="text-sm font-medium text-ink-2" id="payment-title">Payment method</h2>
        {{#card}}<p class="mt-2 flex items-center gap-2 font-medium">{{>ICON_CARD}}{{name}}</p><p class="meta mt-1">Expires {{expires}}</p>{{/card}}
        {{#card_not}}<p class="mt-2 text-sm text-ink-2">No card is stored. You enter one when you choose a plan.</p>{{/card_not}}
        {{#billed}}{{#first}}<dl class="fact-rows mt-3">{{/first}}<div><dt>{{label}}</dt><dd>{{value}}</dd></div>{{#last}}</dl>{{/last}}{{/billed}}
        {{#card_action}}<p class="mt-4"><a class="btn btn-{{kind}} btn-sm" href="{{url}}">{{label}}</a></p>{{/card_action}}
      </section>
      {{#resets}}<section class="card" aria-labelledby="usage-title">
        <div class="card-head"><h2 class="card-title" id="usage-title">Usage</h2><span class="meta">Resets {{resets}}</span></div>
        <div class="card-body stack">{{#meters}}{{>METER}}{{/meters}}</div>
      </section>{{/resets}}
    </div>
  </div>
  <section class="card card-clip" aria-labelledby="invoices-title">
    <div class="card-head"><h2 class="card-title" id="invoices-title">Invoices</h2>{{#invoices}}{{#first}}<a class="link text-sm" href="{{invoices_url}}">All invoices</a>{{/first}}{{/invoices}}</div>
    {{>invoice_table}}
  </section>
</div>
