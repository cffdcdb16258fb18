{{%AUTOESCAPE context="HTML"}}
<div class="flex flex-wrap justify-center gap-3">{{#choices}}<nav class="segmented w-fit" aria-label="{{label}}">{{#items}}<a class="segment" href="{{url}}"{{#current}} aria-current="true"{{/current}}>{{label}}</a>{{/items}}</nav>{{/choices}}</div>
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
{{#addons}}{{#first}}<section class="mt-8" aria-labelledby="addons">
  <h2 class="card-title" id="addons">Add-ons</h2>
  <div class="grid gap-4 mt-3 md:grid-cols-2 xl:grid-cols-3">{{/first}}
    <article class="card card-body content-start" aria-labelledby="addon-{{id}}">
      <div class="plan-head"><h3 class="card-title" id="addon-{{id}}">{{name}}</h3>{{#badge}}{{>BADGE}}{{/badge}}</div>
      <p class="mt-1 text-sm text-ink-2">{{text}}</p>
      <p class="mt-3 font-medium">{{price}}</p>
      <ul class="gains mt-3">{{#gains}}<li>{{>ICON_CHECK}}<span>{{item}}</span></li>{{/gains}}</ul>
      {{#form}}<div class="mt-4">{{>ERROR_SUMMARY}}</div><form class="form" method="get" action="{{action}}" novalidate>{{#hidden}}<input type="hidden" name="{{name}}" value="{{value}}">{{/hidden}}{{#fields}}{{>FIELD}}{{/fields}}<div class="actions"><button class="btn btn-secondary" type="submit">{{submit}}</button></div></form>{{/form}}
    </article>
{{#last}}  </div>
</section>{{/last}}{{/addons}}
