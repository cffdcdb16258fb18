{{%AUTOESCAPE context="HTML"}}
<div class="page-head"><h1>Payment method</h1></div>
<div class="mt-4">{{#tabs}}{{>TABS}}{{/tabs}}</div>
<div class="stack mt-5">
  {{#notices}}{{>CALLOUT}}{{/notices}}
  <section class="card" aria-labelledby="card-title">
    <div class="card-head"><h2 class="card-title" id="card-title">The card that is charged</h2></div>
    <div class="card-body stack">
      {{#card}}<p class="flex items-center gap-2 font-medium">{{>ICON_CARD}}{{card}}</p><p class="meta">Expires {{expires}}</p>{{/card}}
      {{#card_not}}<p class="text-sm text-ink-2">No card is stored.</p>{{/card_not}}
      <dl class="fact-rows">{{#facts}}<div><dt>{{label}}</dt><dd>{{value}}</dd></div>{{/facts}}</dl>
      {{#may}}<p class="hint">{{note}}</p>{{/may}}
      {{#may_not}}<p class="hint">Your role does not allow you to change the card.</p>{{/may_not}}
    </div>
    {{#may}}<div class="card-foot">
      <form method="post" action="{{portal_url}}">{{>CSRF}}<button class="btn btn-ghost" type="submit" data-busy="One moment…">{{>ICON_EXTERNAL}}Payment portal</button></form>
      <form method="post" action="{{action}}">{{>CSRF}}<button class="btn btn-primary" type="submit" data-busy="One moment…">{{submit}}</button></form>
    </div>{{/may}}
  </section>
  {{#has_unpaid}}<section class="card card-clip" aria-labelledby="unpaid-title"><div class="card-head"><h2 class="card-title" id="unpaid-title">Unpaid</h2></div>{{>invoice_table}}</section>{{/has_unpaid}}
</div>
