{{%AUTOESCAPE context="HTML"}}
<section class="card card-body" aria-labelledby="text">
  <h2 class="card-title" id="text">Text, code, secrets</h2>
  <div class="prose mt-3 text-sm">
    <p>Body text is 14 px on 22. A <a href="#text">link in a sentence</a> is underlined; <a class="link" href="#text">a link on its own</a> has the accent.</p>
    <p class="muted">Less important text, and <span class="meta">the least important</span>. Ids are <span class="mono">inv_01h455vb4pex</span>, code is <code class="code-inline">GET /api/v1/me</code>.</p>
  </div>
  <pre class="code mt-3" tabindex="0" aria-label="Example call">curl https://freehold.dev/api/v1/documents \
  -H "Authorization: Bearer $FREEHOLD_KEY"</pre>
  <div class="mt-3">{{#secret}}{{>SECRET}}{{/secret}}</div>
  <p class="mt-3 text-sm"><span class="diff"><del>viewer</del>{{>ICON_ARROW_RIGHT}}<ins>member</ins></span></p>
</section>
