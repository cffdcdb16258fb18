{{%AUTOESCAPE context="HTML"}}
<div class="page-head"><h1>API keys</h1></div>
<div class="grid gap-4 mt-4 lg:grid-cols-3 items-start">
  <div class="stack lg:col-span-2">
    <section class="card card-clip" aria-labelledby="keys">
      <h2 class="sr-only" id="keys">Keys</h2>
      {{#none}}{{>EMPTY}}{{/none}}
      {{#none_not}}<div class="table-wrap" role="region" tabindex="0" aria-label="API keys, table">
        <table class="table table-stack">
          <thead><tr><th scope="col">Key</th><th scope="col">Role</th><th scope="col">Status</th><th scope="col">Last used</th><th scope="col">Expires</th><th scope="col"><span class="sr-only">Actions</span></th></tr></thead>
          <tbody>
            {{#keys}}
            <tr>
              <th scope="row"><b class="font-medium">{{name}}</b> <span class="sub mono block">{{prefix}}</span></th>
              <td data-label="Role">{{role_label}}</td>
              <td data-label="Status">{{#status}}{{>BADGE}}{{/status}}</td>
              <td class="muted tnum" data-label="Last used">{{#used}}{{>TIME}}{{/used}}{{#used_not}}Never{{/used_not}}</td>
              <td class="muted tnum" data-label="Expires">{{expires}}</td>
              <td class="actions-cell">{{#revoke_url}}<fh-dialog><a class="btn btn-ghost btn-sm" href="{{revoke_url}}">Revoke…<span class="sr-only"> {{name}}</span></a></fh-dialog>{{/revoke_url}}</td>
            </tr>
            {{/keys}}
          </tbody>
        </table>
      </div>{{/none_not}}
    </section>
    <section class="card" aria-labelledby="first-call">
      <div class="card-head"><h2 class="card-title" id="first-call">First call</h2></div>
      <div class="card-body"><pre class="code" tabindex="0">{{example:pre_escape}}</pre><p class="mt-3 text-sm"><a class="link" href="/reference">API reference</a></p></div>
    </section>
  </div>
  <section class="card" aria-labelledby="create">
    <div class="card-head"><h2 class="card-title" id="create">Create a key</h2></div>
    <div class="card-body">{{#form}}{{>FORM}}{{/form}}</div>
  </section>
</div>
