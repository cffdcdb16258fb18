{{%AUTOESCAPE context="HTML"}}
<div class="page-head"><h1>What goes wrong</h1></div>
<div class="stack stack-lg mt-6">
<div class="grid gap-6 lg:grid-cols-2">
  <section class="card" aria-labelledby="plan">
    <div class="card-head"><h2 class="card-title" id="plan">Webhooks</h2>{{#planned}}<span class="badge badge-warn"><span class="dot"></span>Planned</span>{{/planned}}</div>
    <div class="card-body">
      <form class="stack" method="post" action="/chaos/plan" aria-label="Webhooks that go wrong">
        {{>CSRF}}
        {{#numbers}}<label class="flex flex-wrap items-center justify-between gap-2 text-sm" for="{{name}}"><span>{{label}}</span><input class="input input-sm w-24" type="number" id="{{name}}" name="{{name}}" min="0" max="100000" value="{{value}}"></label>{{/numbers}}
        <label class="choice"><input class="check" type="checkbox" name="reverse" value="true"{{#reverse}} checked{{/reverse}}><span>The newest first</span></label>
        <label class="choice"><input class="check" type="checkbox" name="hold" value="true"{{#hold}} checked{{/hold}}><span>Hold all until they are released</span></label>
        <div class="flex flex-wrap gap-3 mt-3">
          <button class="btn btn-primary" type="submit" name="act" value="set">Apply</button>
          <button class="btn btn-secondary" type="submit" name="act" value="clear">Everything as usual</button>
        </div>
      </form>
      <p class="hint mt-3">A number is “every n-th”; 0 is never. Wrong signatures and old timestamps spoil the first attempt only, so nothing is lost by them.</p>
    </div>
  </section>
  <section class="card self-start" aria-labelledby="held">
    <div class="card-head"><h2 class="card-title" id="held">Held webhooks</h2></div>
    <div class="card-body">
      <dl class="facts"><div><dt>Waiting</dt><dd class="tnum">{{held}}</dd></div></dl>
      <form class="toolbar mt-4" method="post" action="/chaos/release" aria-label="Release held webhooks">
        {{>CSRF}}
        <button class="btn btn-secondary" type="submit" name="order" value="age">Release in order</button>
        <button class="btn btn-secondary" type="submit" name="order" value="reverse">Release in reverse</button>
        <button class="btn btn-secondary" type="submit" name="order" value="shuffle">Release shuffled</button>
      </form>
    </div>
  </section>
</div>
<section class="card" aria-labelledby="faults">
  <div class="card-head"><h2 class="card-title" id="faults">Calls</h2></div>
  <div class="card-body">
    <form class="toolbar" method="post" action="/chaos/faults" aria-label="What the next calls meet">
      {{>CSRF}}
      <label class="flex items-center gap-2 text-sm text-ink-2">How many <input class="input input-sm w-24" type="number" name="count" min="1" max="1000" value="1"></label>
      <label class="flex items-center gap-2 text-sm text-ink-2">Path <input class="input input-sm" name="path" value="/v1/"></label>
      <label class="flex items-center gap-2 text-sm text-ink-2">Fault <select class="select select-sm" name="kind">{{#kinds}}<option value="{{value}}">{{label}}</option>{{/kinds}}</select></label>
      <button class="btn btn-secondary" type="submit">Add fault</button>
    </form>
  </div>
  {{#no_faults}}<div class="empty"><p class="empty-title">No faults are waiting</p><p class="empty-text">Calls are answered as Stripe would answer them.</p></div>{{/no_faults}}
  {{#no_faults_not}}
  <div class="table-wrap" role="region" tabindex="0" aria-label="Faults, table">
    <table class="table">
      <thead><tr><th scope="col">Fault</th><th scope="col">Calls to</th><th scope="col" class="num">Left</th></tr></thead>
      <tbody>{{#faults}}<tr><th scope="row">{{label}}</th><td class="mono">{{method}} {{path}}</td><td class="num">{{count}}</td></tr>{{/faults}}</tbody>
    </table>
  </div>
  <div class="card-body"><form method="post" action="/chaos/faults">{{>CSRF}}<button class="btn btn-secondary" type="submit" name="act" value="clear">Clear all faults</button></form></div>
  {{/no_faults_not}}
</section>
</div>
