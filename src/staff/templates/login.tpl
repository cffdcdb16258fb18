{{%AUTOESCAPE context="HTML"}}
<h1>Staff panel</h1>
<p class="lede">For the people who run this installation.</p>
{{#form}}{{>ERROR_SUMMARY}}
<form class="form" method="post" action="{{action}}" novalidate>
  {{>CSRF}}
  {{#hidden}}<input type="hidden" name="{{name}}" value="{{value}}">{{/hidden}}
  {{#fields}}{{>FIELD}}{{/fields}}
  <button class="btn btn-{{tone}} btn-block" type="submit" data-busy="{{busy}}">{{submit}}</button>
</form>
{{/form}}
