{{%AUTOESCAPE context="HTML"}}
{{>tenant_head}}
<section class="card card-body mt-5" aria-labelledby="return-title">
  <h2 class="card-title" id="return-title">{{heading}}</h2>
  <p class="meta mt-1">{{lead}}</p>
  <dl class="facts mt-4 grid-cols-2 md:grid-cols-4">{{#facts}}<div><dt>{{label}}</dt><dd>{{value}}</dd></div>{{/facts}}</dl>
  <div class="mt-5">{{#form}}{{>FORM}}{{/form}}</div>
</section>
