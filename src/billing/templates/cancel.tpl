{{%AUTOESCAPE context="HTML"}}
<div class="page-head"><h1>{{heading}}</h1></div>
<div class="mt-4">{{#tabs}}{{>TABS}}{{/tabs}}</div>
<section class="card mt-5" aria-labelledby="cancel-title">
  <div class="card-head"><h2 class="card-title" id="cancel-title">Your plan ends on {{ends_at}}</h2></div>
  <div class="card-body stack">
    <p>{{afterwards}}</p>
    <div class="grid gap-6 md:grid-cols-2">
      <div><h3 class="text-sm font-medium">What you keep</h3><ul class="gains mt-2">{{#kept}}<li>{{>ICON_CHECK}}<span>{{item}}</span></li>{{/kept}}</ul></div>
      <div><h3 class="text-sm font-medium">What ends on {{ends_at}}</h3><ul class="gains mt-2">{{#lost}}<li class="lost">{{>ICON_X}}<span>{{item}}</span></li>{{/lost}}</ul></div>
    </div>
  </div>
  <div class="card-foot">
    <a class="btn btn-secondary" href="{{back_url}}">Keep the subscription</a>
    <form method="post" action="{{action}}">{{>CSRF}}<button class="btn btn-danger" type="submit" data-busy="Canceling…">Cancel on {{ends_at}}</button></form>
  </div>
</section>
