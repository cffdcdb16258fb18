{{%AUTOESCAPE context="HTML"}}
<h1>Log out?</h1>
<p class="lede">This browser is logged out here, and of every product that trusts this log-in within a minute.</p>
{{#form}}
<form class="form" method="post" action="{{action}}">
  {{>CSRF}}
  {{#hidden}}<input type="hidden" name="{{name}}" value="{{value}}">{{/hidden}}
  <button class="btn btn-primary btn-block" type="submit" data-busy="{{busy}}">{{submit}}</button>
</form>
{{/form}}
