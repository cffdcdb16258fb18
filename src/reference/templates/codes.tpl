{{%AUTOESCAPE context="HTML"}}
<div class="hero"><h1>Codes of refusals</h1><p>A refused call says why in <code class="code-inline">code</code>. It never changes its meaning; branch on it.</p></div>
<p class="text-center"><a class="link" href="/reference">API reference</a></p>
<div class="stack mt-8">
  {{#groups}}
  <section class="card card-clip" aria-labelledby="{{id}}">
    <div class="card-head"><h2 class="card-title" id="{{id}}">{{title}}</h2></div>
    <div class="table-wrap" role="region" tabindex="0" aria-label="{{title}}, table">
      <table class="table table-stack">
        <thead><tr><th scope="col">Code</th><th scope="col">Status</th><th scope="col">What happened</th></tr></thead>
        <tbody>
          {{#codes}}
          <tr>
            <th scope="row"><a class="link mono break-all" href="{{url}}">{{name}}</a></th>
            <td class="tnum" data-label="Status"><span>{{status}}</span></td>
            <td class="whitespace-normal">{{>words}}</td>
          </tr>
          {{/codes}}
        </tbody>
      </table>
    </div>
  </section>
  {{/groups}}
</div>
