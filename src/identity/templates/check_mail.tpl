{{%AUTOESCAPE context="HTML"}}
<h1>Check your mail</h1>
<p class="lede">We sent a message to <b class="text-ink">{{email}}</b>. Open it in this browser and follow its link to finish.</p>
<p class="mt-3 text-ink-2">Nothing there after a minute? Look into the spam folder, or <a class="link-inline" href="/signup">use another address</a>.</p>
{{#form}}
{{>ERROR_SUMMARY}}
<form class="form" method="post" action="{{action}}" novalidate>{{>CSRF}}<button class="btn btn-{{tone}} btn-block" type="submit" data-busy="{{busy}}">{{submit}}</button></form>
{{/form}}
