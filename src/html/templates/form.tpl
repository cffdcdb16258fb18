{{%AUTOESCAPE context="HTML"}}
{{>ERROR_SUMMARY}}
<form class="form" method="post" action="{{action}}" novalidate>
  {{>CSRF}}
  {{#hidden}}<input type="hidden" name="{{name}}" value="{{value}}">{{/hidden}}
  {{#fields}}{{>FIELD}}{{/fields}}
  {{>FORM_FOOT}}
</form>
