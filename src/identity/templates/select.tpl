{{%AUTOESCAPE context="HTML"}}
<h1>Choose {{word_a_workspace}}</h1>
{{#none}}
<p class="lede">You belong to no {{word_workspace}} at the moment. Ask a colleague for an invitation; its mail leads you in.</p>
{{/none}}
{{#none_not}}
<ul class="card rows">
  {{#workspaces}}<li class="row"><span class="flex items-center gap-2.5 min-w-0"><span class="avatar avatar-accent" aria-hidden="true">{{initials}}</span><a class="table-link truncate" href="{{url}}">{{name}}</a></span><span class="meta">{{role}}</span></li>{{/workspaces}}
</ul>
{{/none_not}}
<div class="actions"><a class="btn btn-secondary" href="/account">Your account</a><form method="post" action="/logout">{{>CSRF}}<button class="btn btn-ghost" type="submit">Log out</button></form></div>
