{{%AUTOESCAPE context="HTML"}}
<div class="grid gap-4 lg:grid-cols-2">
  <section class="dialog dialog-inline" aria-labelledby="dialog-title">{{#confirm}}{{>CONFIRM}}{{/confirm}}</section>
  <section class="card card-danger" aria-labelledby="danger">
    <div class="card-head"><h2 class="card-title" id="danger">Danger zone</h2></div>
    <div class="row"><div><p class="font-medium">Delete this workspace</p><p class="text-sm text-ink-2">It can be restored for 30 days.</p></div><fh-dialog><a class="btn btn-danger" href="#danger">Delete workspace…</a></fh-dialog></div>
  </section>
</div>
