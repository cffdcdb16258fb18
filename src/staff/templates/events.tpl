{{%AUTOESCAPE context="HTML"}}
{{>tenant_head}}
<section class="card card-body mt-5" aria-labelledby="log-title">
  <h2 class="card-title" id="log-title">Event log</h2>
  <p class="meta mt-1">The newest 200 events and acts, newest first.</p>
  <div class="mt-4">{{#timeline}}{{>TIMELINE}}{{/timeline}}</div>
</section>
