{{%AUTOESCAPE context="HTML"}}
<div class="page-head"><h1>Settings</h1></div>
<div class="stack stack-lg mt-4">
  <section class="card" aria-labelledby="workspace-title">
    <div class="card-head"><h2 class="card-title" id="workspace-title">{{Word_workspace}}</h2></div>
    <div class="card-body">
      {{#may}}{{#form}}{{>FORM}}{{/form}}{{/may}}
      {{#may_not}}{{#form}}<div class="form">{{#fields}}{{>FIELD}}{{/fields}}<div class="actions"><button class="btn btn-primary" type="button" disabled aria-describedby="why-not">{{>ICON_LOCK}}{{submit}}</button><p class="why" id="why-not">Your role does not allow you to rename the {{word_workspace}}. {{who}} can help.</p></div></div>{{/form}}{{/may_not}}
    </div>
  </section>
  <section class="card" aria-labelledby="facts-title">
    <div class="card-head"><h2 class="card-title" id="facts-title">Address</h2></div>
    <div class="card-body">
      <dl class="fact-rows">
        <div><dt>Short name</dt><dd class="mono">{{slug}}</dd></div>
        <div><dt>Address</dt><dd class="mono">{{address}}</dd></div>
        <div><dt>Id</dt><dd class="mono">{{workspace_id}}</dd></div>
        <div><dt>Made on</dt><dd class="tnum">{{created}}</dd></div>
      </dl>
      <p class="hint mt-3">The address does not change with the name, so links keep working.</p>
    </div>
  </section>
  {{#may}}<section class="card" aria-labelledby="export-title">
    <div class="card-head"><h2 class="card-title" id="export-title">Export</h2></div>
    <div class="row"><div><p class="font-medium">Take everything along</p><p class="text-sm text-ink-2">All that is stored here, in open formats, as one file.</p></div><a class="btn btn-secondary" href="{{export_url}}">Export…</a></div>
  </section>{{/may}}
  <section class="card card-danger" aria-labelledby="danger-title">
    <div class="card-head"><h2 class="card-title" id="danger-title">Leave</h2></div>
    <div class="row"><div><p class="font-medium">Leave this {{word_workspace}}</p><p class="text-sm text-ink-2">You lose access at once; what you wrote stays.</p></div><fh-dialog><a class="btn btn-danger" href="{{leave_url}}">Leave {{word_workspace}}…</a></fh-dialog></div>
  </section>
</div>
