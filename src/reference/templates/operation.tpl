{{%AUTOESCAPE context="HTML"}}
<p class="meta"><a class="link" href="/reference">API reference</a> · {{tag}}</p>
<div class="page-head mt-2"><h1>{{summary}}</h1></div>
<p class="mt-2 text-ink-2">{{>words}}</p>
<div class="stack mt-6">
  <section class="card" aria-labelledby="call">
    <div class="card-head"><h2 class="card-title" id="call">The call</h2></div>
    <div class="card-body">
      <p class="mono break-all"><b>{{method}}</b> {{path}}</p>
      <dl class="fact-rows mt-4">{{#facts}}<div><dt>{{label}}</dt><dd>{{>words}}</dd></div>{{/facts}}</dl>
      <pre class="code mt-4" tabindex="0">{{curl:pre_escape}}</pre>
    </div>
  </section>
  {{#parameters}}
  <section class="card card-clip" aria-labelledby="parameters">
    <div class="card-head"><h2 class="card-title" id="parameters">Parameters</h2></div>
    {{>fields}}
  </section>
  {{/parameters}}
  {{#body}}
  <section class="card card-clip" aria-labelledby="body">
    <div class="card-head"><h2 class="card-title" id="body">Body</h2></div>
    {{>fields}}
    <div class="card-body border-t border-line"><pre class="code" tabindex="0">{{example:pre_escape}}</pre></div>
  </section>
  {{/body}}
  {{#answers}}
  <section class="card card-clip" aria-labelledby="{{id}}">
    <div class="card-head"><h2 class="card-title" id="{{id}}">{{title}}</h2></div>
    <p class="px-5 py-3 text-sm text-ink-2">{{>words}}</p>
    {{#tables}}<div class="border-t border-line">{{#intro}}<p class="px-5 py-3 text-sm">{{>words}}</p>{{/intro}}{{>fields}}</div>{{/tables}}
    {{#example}}<div class="card-body border-t border-line"><pre class="code" tabindex="0">{{example:pre_escape}}</pre></div>{{/example}}
  </section>
  {{/answers}}
  {{#refusals}}
  <section class="card card-clip" aria-labelledby="refusals">
    <div class="card-head"><h2 class="card-title" id="refusals">Refusals</h2></div>
    <div class="table-wrap" role="region" tabindex="0" aria-label="Refusals, table">
      <table class="table table-stack">
        <thead><tr><th scope="col">Code</th><th scope="col">Status</th><th scope="col">What happened</th></tr></thead>
        <tbody>
          {{#rows}}
          <tr>
            <th scope="row"><a class="link mono break-all" href="{{url}}">{{name}}</a></th>
            <td class="tnum" data-label="Status"><span>{{status}}</span></td>
            <td class="whitespace-normal">{{>words}}</td>
          </tr>
          {{/rows}}
        </tbody>
      </table>
    </div>
    <p class="px-5 py-3 meta border-t border-line">Any call may also be answered with what is <a class="link" href="/errors">listed for all</a>.</p>
  </section>
  {{/refusals}}
</div>
