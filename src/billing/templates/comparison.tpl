{{%AUTOESCAPE context="HTML"}}
<nav class="segmented mx-auto w-fit" aria-label="Billed">{{#intervals}}<a class="segment" href="{{url}}"{{#current}} aria-current="true"{{/current}}>{{label}}</a>{{/intervals}}</nav>
<div class="plans mt-6">{{#plans}}{{>PLAN}}{{/plans}}</div>
<section class="card card-clip mt-8" aria-labelledby="compare">
  <div class="card-head"><h2 class="card-title" id="compare">Compare plans</h2></div>
  <div class="table-wrap" role="region" tabindex="0" aria-label="Plans, table">
    <table class="table">
      <thead><tr><th scope="col">Included</th>{{#plans}}<th scope="col">{{name}}</th>{{/plans}}</tr></thead>
      <tbody>{{#rows}}<tr><th scope="row">{{name}}</th>{{#cells}}<td>{{#text}}<span class="tnum">{{text}}</span>{{/text}}{{#yes}}<span class="tone-ok">{{>ICON_CHECK}}</span><span class="sr-only">Included</span>{{/yes}}{{#no}}<span class="muted" aria-hidden="true">–</span><span class="sr-only">Not included</span>{{/no}}</td>{{/cells}}</tr>{{/rows}}</tbody>
    </table>
  </div>
</section>
