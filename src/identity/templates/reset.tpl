{{%AUTOESCAPE context="HTML"}}
<h1>Set a new password</h1>
<p class="lede">For <b class="text-ink">{{email}}</b>. {{ending}}</p>
{{#form}}
{{>ERROR_SUMMARY}}
<form class="form" method="post" action="{{action}}" novalidate>
  {{>CSRF}}
  <input class="sr-only" type="email" name="username" value="{{email}}" autocomplete="username" readonly tabindex="-1" aria-hidden="true">
  {{#fields}}{{>FIELD}}{{/fields}}
  <button class="btn btn-{{tone}} btn-block" type="submit" data-busy="{{busy}}">{{submit}}</button>
</form>
{{/form}}
