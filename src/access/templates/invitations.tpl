{{%AUTOESCAPE context="HTML"}}
<div class="page-head"><h1>Team</h1></div>
<div class="mt-4">{{#tabs}}{{>TABS}}{{/tabs}}</div>
<div class="grid gap-4 mt-4 lg:grid-cols-3 items-start">
  <section class="card card-clip lg:col-span-2" aria-labelledby="open">
    <div class="card-head"><h2 class="card-title" id="open">Open invitations</h2></div>
    {{#invitations_not}}{{#none}}{{>EMPTY}}{{/none}}{{/invitations_not}}
    <ul class="rows">
      {{#invitations}}
      <li class="row">
        <div><p class="font-medium">{{email}} {{#status}}{{>BADGE}}{{/status}}</p><p class="meta">{{role_label}} · invited by {{inviter}} · {{>TIME}} · {{until}}</p></div>
        {{#may}}
        <div class="actions">
          <form method="post" action="{{resend_url}}">{{>CSRF}}<button class="btn btn-secondary btn-sm" type="submit" data-busy="Sending…">Send again<span class="sr-only"> to {{email}}</span></button></form>
          <form method="post" action="{{revoke_url}}">{{>CSRF}}<button class="btn btn-ghost btn-sm" type="submit" data-busy="Withdrawing…">Withdraw<span class="sr-only"> the invitation of {{email}}</span></button></form>
        </div>
        {{/may}}
      </li>
      {{/invitations}}
    </ul>
  </section>
  <section class="card" aria-labelledby="invite-title">
    <div class="card-head"><h2 class="card-title" id="invite-title">Invite somebody</h2></div>
    <div class="card-body">
      {{#may}}{{#form}}{{>FORM}}{{/form}}{{/may}}
      {{#may_not}}<div class="actions"><button class="btn btn-primary" type="button" disabled aria-describedby="why-not">{{>ICON_LOCK}}Send invitation</button><p class="why" id="why-not">{{may_not_why}}</p></div>{{/may_not}}
    </div>
  </section>
</div>
