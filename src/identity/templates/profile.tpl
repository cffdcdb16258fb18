{{%AUTOESCAPE context="HTML"}}
<div class="page-head"><h1>Profile</h1></div>
<section class="card card-body mt-4" aria-label="Profile">
  <dl class="fact-rows mb-4"><div><dt>Email</dt><dd class="truncate">{{email}}</dd></div></dl>
  {{#form}}{{>FORM}}{{/form}}
</section>
