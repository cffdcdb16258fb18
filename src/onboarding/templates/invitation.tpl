{{%AUTOESCAPE context="HTML"}}
{{#somebody_else}}
<h1>You are logged in as somebody else</h1>
<p class="lede">You are logged in as <b>{{somebody_else}}</b>. This invitation is for <b>{{email}}</b>.</p>
{{/somebody_else}}
{{#somebody_else_not}}
<h1>Join {{workspace_name}}</h1>
<p class="lede">{{inviter}} invites you. Nothing happens before you accept.</p>
{{/somebody_else_not}}
<dl class="fact-rows mt-6"><div><dt>{{Word_workspace}}</dt><dd class="truncate">{{workspace_name}}</dd></div><div><dt>Invited by</dt><dd class="truncate">{{inviter}}</dd></div><div><dt>Your role</dt><dd>{{role}}</dd></div><div><dt>Your address</dt><dd class="truncate">{{email}}</dd></div><div><dt>Open until</dt><dd>{{until}}</dd></div></dl>
{{#form}}{{>ERROR_SUMMARY}}
<form class="form" method="post" action="{{action}}" novalidate>
  {{>CSRF}}
  {{#fields}}{{>FIELD}}{{/fields}}
  <button class="btn btn-{{tone}} btn-block" type="submit" data-busy="{{busy}}">{{submit}}</button>
</form>{{/form}}
{{#login_url}}<p class="text-sm text-ink-2">You have an account under this address. Log in with it; then you can accept.</p>
<div class="actions mt-4"><a class="btn btn-primary" href="{{login_url}}">Log in to accept</a></div>{{/login_url}}
<p class="hint mt-6">You do not know {{inviter}}, or do not want to join? <a class="link" href="{{decline_url}}">Decline</a></p>
