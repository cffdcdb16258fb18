{{%AUTOESCAPE context="HTML"}}
<div class="grid gap-4 lg:grid-cols-3">
  <section class="card lg:col-span-2" aria-labelledby="plan">
    <div class="card-body">
      <div class="flex items-start justify-between gap-4">
        <div><h2 class="text-sm font-medium text-ink-2" id="plan">Current plan</h2><p class="mt-1 flex items-center gap-2.5"><span class="figure">Team</span><span class="badge badge-ok"><span class="dot"></span>Active</span></p></div>
        <div class="text-end"><p class="text-sm text-ink-2">Next invoice, 1 Dec 2026</p><p class="figure mt-1">$240.00</p></div>
      </div>
      <dl class="facts mt-5"><div><dt>Price</dt><dd>$20.00 per seat</dd></div><div><dt>Seats</dt><dd>12 billed, up to 15</dd></div><div><dt>Billing period</dt><dd>1–30 Nov 2026</dd></div><div><dt>Renews</dt><dd>Monthly, automatically</dd></div></dl>
    </div>
    <details class="card-disclosure" open>
      <summary>{{>ICON_CHEVRON_RIGHT}}How the next invoice is calculated</summary>
      <div class="px-5 pb-4"><table class="lines"><caption class="sr-only">Next invoice</caption><tbody><tr><th scope="row">12 seats × $20.00</th><td>$240.00</td></tr><tr><th scope="row">VAT, reverse charge (DE)</th><td>$0.00</td></tr></tbody></table></div>
    </details>
  </section>
  <section class="card" aria-labelledby="preview">
    <div class="card-head"><h2 class="card-title" id="preview">Preview: Team to Business</h2></div>
    <div class="card-body">
      <ul class="gains"><li>{{>ICON_CHECK}}<span>API calls: 1,000,000 → <b>5,000,000</b> a month</span></li><li>{{>ICON_CHECK}}<span>Audit log kept for 1 year, now 30 days</span></li><li class="lost">{{>ICON_X}}<span>Shared templates end</span></li></ul>
      <table class="lines mt-4"><caption class="sr-only">Amount due today</caption><tbody><tr><th scope="row">Unused time on Team</th><td>−$72.00</td></tr><tr><th scope="row">Business, 12 seats</th><td>$140.40</td></tr></tbody><tfoot><tr><th scope="row">Due today</th><td>$68.40</td></tr><tr><th scope="row">Then each month from 1 Dec</th><td>$468.00</td></tr></tfoot></table>
    </div>
    <div class="card-foot"><a class="btn btn-ghost" href="#preview">Cancel</a><button class="btn btn-primary" type="button">Pay $68.40 and upgrade</button></div>
  </section>
</div>
