{{%AUTOESCAPE context="HTML"}}
<div class="page-head"><h1>Failed events <span class="tnum">{{count}}</span></h1></div>
<section class="card card-clip mt-4" aria-labelledby="failed-title">
  <h2 class="sr-only" id="failed-title">Failed for good</h2>
  {{#none}}{{>EMPTY}}{{/none}}
  {{#none_not}}<div class="table-wrap" role="region" tabindex="0" aria-label="Failed events, table"><table class="table table-stack">
    <thead><tr><th scope="col">What</th><th scope="col">Tenant</th><th scope="col">Error</th><th scope="col" class="num">Attempts</th><th scope="col">Given up</th><th scope="col"><span class="sr-only">Replay</span></th></tr></thead>
    <tbody>{{#failed}}<tr><th scope="row">{{title}}</th><td data-label="Tenant">{{#tenant}}<a class="link" href="{{url}}">{{label}}</a>{{/tenant}}{{#tenant_not}}<span class="muted">The installation</span>{{/tenant_not}}</td><td class="wrap" data-label="Error">{{error}}</td><td class="num" data-label="Attempts">{{#attempts}}{{attempts}}{{/attempts}}</td><td class="muted tnum" data-label="Given up">{{>TIME}}</td><td class="actions-cell"><form method="post" action="{{replay_url}}">{{>CSRF}}<button class="btn btn-secondary btn-sm" type="submit" data-busy="Replaying…">{{>ICON_REPLAY}}Replay<span class="sr-only"> {{title}}</span></button></form></td></tr>{{/failed}}</tbody>
  </table></div>{{/none_not}}
</section>
