{{%AUTOESCAPE context="HTML"}}
<div class="grid gap-4 lg:grid-cols-2">
  <section class="card" aria-labelledby="start"><h2 class="sr-only" id="start">Checklist</h2>{{#checklist}}{{>CHECKLIST}}{{/checklist}}</section>
  <section class="card" aria-labelledby="log">
    <div class="card-head"><h2 class="card-title" id="log">Event log</h2></div>
    <div class="px-5 py-2">{{#timeline}}{{>TIMELINE}}{{/timeline}}</div>
  </section>
</div>
