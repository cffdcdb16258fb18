{{%AUTOESCAPE context="HTML"}}
<div class="hero"><h1>API reference</h1><p>Every address of the JSON API: what it takes, answers and refuses.</p></div>
<p class="flex flex-wrap justify-center gap-x-6 gap-y-2"><a class="link" href="/api/v1/openapi.json">As an OpenAPI 3.1 document</a><a class="link" href="/errors">Codes of refusals</a></p>
<div class="stack mt-8">
  {{#tags}}
  <section class="card card-clip" aria-labelledby="{{id}}">
    <div class="card-head"><h2 class="card-title" id="{{id}}">{{name}}</h2></div>
    <p class="px-5 py-3 text-sm text-ink-2 border-b border-line">{{>words}}</p>
    <div class="table-wrap" role="region" tabindex="0" aria-label="{{name}}, table">
      <table class="table table-stack">
        <thead><tr><th scope="col">What it does</th><th scope="col">Method</th><th scope="col">Address</th></tr></thead>
        <tbody>
          {{#operations}}
          <tr>
            <th scope="row"><a class="link" href="{{url}}">{{summary}}</a></th>
            <td data-label="Method"><span class="mono">{{method}}</span></td>
            <td data-label="Address"><span class="mono break-all">{{path}}</span></td>
          </tr>
          {{/operations}}
        </tbody>
      </table>
    </div>
  </section>
  {{/tags}}
</div>
