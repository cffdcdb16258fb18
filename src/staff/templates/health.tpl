{{%AUTOESCAPE context="HTML"}}
<div class="page-head"><h1>System health</h1></div>
<div class="stack mt-4">
  <section class="card card-clip" aria-labelledby="checks-title">
    <div class="card-head"><h2 class="card-title" id="checks-title">What the program stands on</h2></div>
    <div class="table-wrap" role="region" tabindex="0" aria-label="Checks, table"><table class="table">
      <thead><tr><th scope="col">Part</th><th scope="col">State</th><th scope="col">Detail</th></tr></thead>
      <tbody>{{#checks}}<tr><th scope="row">{{name}}</th><td>{{#ok}}<span class="word tone-ok"><span class="dot"></span>Answers</span>{{/ok}}{{#ok_not}}<span class="word tone-bad"><span class="dot"></span>Does not answer</span>{{/ok_not}}</td><td class="wrap">{{detail}}</td></tr>{{/checks}}</tbody>
    </table></div>
  </section>
  <section class="card card-clip" aria-labelledby="queries-title">
    <div class="card-head"><h2 class="card-title" id="queries-title">Queries that took most time on this node</h2></div>
    <div class="table-wrap" role="region" tabindex="0" aria-label="Queries, table"><table class="table">
      <thead><tr><th scope="col">Query</th><th scope="col" class="num">Runs</th><th scope="col" class="num">Failed</th><th scope="col" class="num">Mean</th></tr></thead>
      <tbody>{{#queries}}<tr><th scope="row" class="mono">{{name}}</th><td class="num">{{runs}}</td><td class="num">{{failures}}</td><td class="num">{{mean}}</td></tr>{{/queries}}</tbody>
    </table></div>
  </section>
</div>
