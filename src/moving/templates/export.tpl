{{%AUTOESCAPE context="HTML"}}
<div class="page-head"><div><h1>Export</h1><p class="lede">Everything that this {{word_workspace}} has stored, as one file.</p></div></div>
<div class="stack stack-lg mt-4">
  {{#until}}<section class="callout callout-warn" aria-label="Kept until {{until}}">{{>ICON_CLOCK}}<div><p><b>Kept until {{until}}.</b> After that what is stored here is deleted. The export is open until then.</p></div></section>{{/until}}
  <section class="card" aria-labelledby="file-title">
    <div class="card-head"><h2 class="card-title" id="file-title">What is in the file</h2></div>
    <div class="card-body">
      <p>A ZIP file with one file of JSON lines for each kind of thing, and <span class="mono">manifest.json</span>, which says how many lines each has and what their SHA-256 is. It is made while you download it, so it also works for a large {{word_workspace}}.</p>
      <dl class="fact-rows mt-4">
        {{#files}}<div><dt class="mono">{{name}}</dt><dd>{{about}}</dd></div>{{/files}}
      </dl>
    </div>
    <div class="card-foot"><a class="btn btn-primary" href="{{file_url}}" download>Download the export</a></div>
  </section>
</div>
