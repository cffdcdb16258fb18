{{%AUTOESCAPE context="HTML"}}
<h1>Log in</h1>
{{#form}}
{{>ERROR_SUMMARY}}
<form class="form" method="post" action="{{action}}" novalidate>
  {{>CSRF}}
  {{#hidden}}<input type="hidden" name="{{name}}" value="{{value}}">{{/hidden}}
  {{#fields}}{{>FIELD}}{{/fields}}
  <button class="btn btn-{{tone}} btn-block" type="submit" data-busy="{{busy}}">{{submit}}</button>
  <p class="text-sm"><a class="link" href="/forgot">Forgot your password?</a></p>
</form>
{{/form}}
