{{%AUTOESCAPE context="HTML"}}
{{#password}}
<h1>Choose a password</h1>
<p class="lede">You signed up in another browser, so its password is not used. Choose the one that you will log in with.</p>
{{/password}}
{{#password_not}}
<h1>Confirm your address</h1>
<p class="lede">One step is left: the button creates your {{word_workspace}}.</p>
{{/password_not}}
<dl class="fact-rows mt-6"><div><dt>Email</dt><dd class="truncate">{{email}}</dd></div><div><dt>{{Word_workspace}}</dt><dd class="truncate">{{workspace}}</dd></div></dl>
{{#form}}
{{>ERROR_SUMMARY}}
<form class="form" method="post" action="{{action}}" novalidate>
  {{>CSRF}}
  {{#fields}}{{>FIELD}}{{/fields}}
  <button class="btn btn-{{tone}} btn-block" type="submit" data-busy="{{busy}}">{{submit}}</button>
</form>
{{/form}}
<p class="hint">You did not sign up? Close this page. Nothing is created, and no more mail comes.</p>
