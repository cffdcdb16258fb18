{{%AUTOESCAPE context="HTML"}}
<div class="page-head"><h1>Tasks <span class="tnum">{{count}}</span></h1></div>
<section class="card card-clip mt-4" aria-labelledby="tasks-title">
  <h2 class="sr-only" id="tasks-title">What waits for a person</h2>
  {{#none}}{{>EMPTY}}{{/none}}
  {{#none_not}}<div class="table-wrap" role="region" tabindex="0" aria-label="Tasks, table"><table class="table table-stack">
    <thead><tr><th scope="col">Task</th><th scope="col">Tenant</th><th scope="col">About</th><th scope="col">Since</th><th scope="col"><span class="sr-only">Acts</span></th></tr></thead>
    <tbody>{{#tasks}}<tr><th scope="row" class="wrap">{{label}} <span class="sub">{{text}}</span>{{#detail}}<span class="sub">{{detail}}</span>{{/detail}}</th><td data-label="Tenant">{{#tenant}}<a class="link" href="{{url}}">{{label}}</a>{{/tenant}}</td><td class="mono" data-label="About">{{subject}}</td><td class="muted tnum" data-label="Since">{{>TIME}}</td><td class="actions-cell"><span class="actions">{{#acts}}<a class="btn btn-secondary btn-sm" href="{{url}}">{{label}}<span class="sr-only"> {{subject}}</span></a>{{/acts}}<form method="post" action="{{done_url}}">{{>CSRF}}<button class="btn btn-ghost btn-sm" type="submit" data-busy="Saving…">Done<span class="sr-only"> {{subject}}</span></button></form></span></td></tr>{{/tasks}}</tbody>
  </table></div>{{/none_not}}
</section>
