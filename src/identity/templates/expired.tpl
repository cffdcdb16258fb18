{{%AUTOESCAPE context="HTML"}}
<h1>This link has expired</h1>
<p class="lede">Links to confirm an address work for a while only. A new one goes to <b class="text-ink">{{email}}</b>.</p>
{{#form}}
{{>ERROR_SUMMARY}}
<form class="form" method="post" action="{{action}}" novalidate>{{>CSRF}}<button class="btn btn-{{tone}} btn-block" type="submit" data-busy="{{busy}}">{{submit}}</button></form>
{{/form}}
