{{%AUTOESCAPE context="HTML"}}
{{>tenant_head}}
<section class="card card-body mt-5" aria-labelledby="usage-title">
  <h2 class="card-title" id="usage-title">This period</h2>
  <div class="stack mt-4">{{#meters}}{{>METER}}{{/meters}}{{#meters_not}}<p class="meta">Nothing is metered in this installation.</p>{{/meters_not}}</div>
</section>
