{{%AUTOESCAPE context="HTML"}}
<div class="page-head"><h1>Export</h1></div>
<section class="card mt-4" aria-label="Export">
  {{#gate}}{{>GATE}}{{/gate}}
  {{#gate_not}}
  <div class="card-body stack">
    <p>All {{count}} documents in one file, <span class="mono">documents.ndjson</span>: one line of JSON for each, as the API gives them.</p>
    <div class="actions"><a class="btn btn-primary" href="{{file_url}}" download>{{>ICON_DOWNLOAD}}Download documents</a></div>
  </div>
  {{/gate_not}}
</section>
