{{%AUTOESCAPE context="HTML"}}
<div class="page-head">
  <h1>Get started</h1>
  <div class="page-actions">
    <span class="badge">{{plan_words}}</span>
    {{#dismiss_url}}<form method="post" action="{{dismiss_url}}">{{>CSRF}}<button class="btn btn-ghost btn-sm" type="submit" data-busy="Putting away…">Put this list away</button></form>{{/dismiss_url}}
    {{#reopen_url}}<form method="post" action="{{reopen_url}}">{{>CSRF}}<button class="btn btn-secondary btn-sm" type="submit" data-busy="Showing…">Show this list again</button></form>{{/reopen_url}}
  </div>
</div>
{{#all_done}}<p class="mt-2 text-sm text-ink-2">All of it is done. <a class="link" href="{{home_url}}">Go to the home page</a></p>{{/all_done}}
{{#all_done_not}}<p class="mt-2 text-sm text-ink-2">Each step ticks itself off when it has happened, whoever in the {{word_workspace}} does it.{{#dismissed}} The list is put away: it is not in the navigation or on the home page.{{/dismissed}}</p>{{/all_done_not}}
<section class="card card-clip mt-4" aria-label="First steps">{{#checklist}}{{>CHECKLIST}}{{/checklist}}</section>
