{{%AUTOESCAPE context="HTML"}}
<h1>Set a new password</h1>
<p class="lede">Enter the address of your account. A link to set a new password goes to it.</p>
{{#form}}
{{>ERROR_SUMMARY}}
<form class="form" method="post" action="{{action}}" novalidate>
  {{>CSRF}}
  {{#fields}}{{>FIELD}}{{/fields}}
  <button class="btn btn-{{tone}} btn-block" type="submit" data-busy="{{busy}}">{{submit}}</button>
</form>
{{/form}}
