{{%AUTOESCAPE context="HTML"}}
{{>tenant_head}}
<section class="card card-body mt-5" aria-labelledby="facts-title">
  <h2 class="card-title" id="facts-title">Overview</h2>
  <dl class="facts mt-4 grid-cols-2 md:grid-cols-4">{{#facts}}<div><dt>{{label}}</dt><dd>{{value}}</dd></div>{{/facts}}</dl>
</section>
