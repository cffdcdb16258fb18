{{%AUTOESCAPE context="HTML"}}
<div class="page-head"><h1>{{heading}}</h1></div>
<div class="mt-4">{{#tabs}}{{>TABS}}{{/tabs}}</div>
<div class="stack mt-5">
  <section class="card" aria-labelledby="cancel-title">
    <div class="card-head"><h2 class="card-title" id="cancel-title">{{title}}</h2></div>
    <div class="card-body stack">
      <p>{{afterwards}}</p>
      <div class="grid gap-6 md:grid-cols-2">
        <div><h3 class="text-sm font-medium">What you keep</h3><ul class="gains mt-2">{{#kept}}<li>{{>ICON_CHECK}}<span>{{item}}</span></li>{{/kept}}</ul></div>
        {{#lost}}<div><h3 class="text-sm font-medium">What ends</h3><ul class="gains mt-2">{{#items}}<li class="lost">{{>ICON_X}}<span>{{item}}</span></li>{{/items}}</ul></div>{{/lost}}
      </div>
      {{#export_url}}<p class="text-sm"><a class="link" href="{{export_url}}">Take your data along</a>, now or later.</p>{{/export_url}}
    </div>
  </section>
  <div class="grid gap-4 lg:grid-cols-3 items-start">
    <section class="card card-body lg:col-span-2" aria-labelledby="when-title">
      <h2 class="card-title mb-4" id="when-title">Cancel</h2>
      {{#form}}{{>FORM}}{{/form}}
    </section>
    {{#pause_url}}<section class="card card-body" aria-labelledby="pause-title">
      <h2 class="card-title" id="pause-title">Or pause it</h2>
      <p class="mt-2 text-sm text-ink-2">Nothing is charged and the {{word_workspace}} is read-only, until you resume it. What is left of the paid period counts then.</p>
      <form class="mt-4" method="post" action="{{pause_url}}">{{>CSRF}}<button class="btn btn-secondary" type="submit" data-busy="Pausing…">{{>ICON_PAUSE}}Pause the subscription</button></form>
    </section>{{/pause_url}}
  </div>
</div>
