{{%AUTOESCAPE context="HTML"}}
{{>tenant_head}}
<section class="card card-body mt-5" aria-labelledby="log-title">
  <h2 class="card-title" id="log-title">Event log</h2>
  <p class="meta mt-1">Events and acts, newest first.</p>
  <div class="mt-4">{{#timeline}}{{>TIMELINE}}{{/timeline}}</div>
  <nav class="pagination" aria-label="Pages">
    <span>{{range}}</span>
    <span class="actions">{{#newest_url}}<a class="btn btn-secondary btn-sm" href="{{newest_url}}">Newest</a>{{/newest_url}}{{#older_url}}<a class="btn btn-secondary btn-sm" href="{{older_url}}" rel="next">Older</a>{{/older_url}}</span>
  </nav>
</section>
