{{%AUTOESCAPE context="HTML"}}
<p class="meta"><a class="link" href="/errors">Codes of refusals</a> · {{group}}</p>
<div class="page-head mt-2"><h1 class="mono break-all">{{name}}</h1></div>
<dl class="fact-rows mt-4">
  <div><dt>Status</dt><dd class="tnum">{{status}} {{reason}}</dd></div>
  <div><dt>What happened</dt><dd>{{#happened}}{{>words}}{{/happened}}</dd></div>
  <div><dt>What to do</dt><dd>{{#advice}}{{>words}}{{/advice}}</dd></div>
</dl>
{{#operations}}
<section class="card card-clip mt-8" aria-labelledby="operations">
  <div class="card-head"><h2 class="card-title" id="operations">Calls that say so</h2></div>
  <ul class="divide-y divide-line">{{#rows}}<li class="px-5 py-3"><a class="link" href="{{url}}">{{summary}}</a> <span class="meta mono break-all">{{method}} {{path}}</span></li>{{/rows}}</ul>
</section>
{{/operations}}
