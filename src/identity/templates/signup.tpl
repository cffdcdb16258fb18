{{%AUTOESCAPE context="HTML"}}
<h1>Create your {{word_workspace}}</h1>
<p class="lede">{{summary}}</p>
{{#form}}
{{>ERROR_SUMMARY}}
<form class="form" method="post" action="{{action}}" novalidate>
  {{>CSRF}}
  <input type="hidden" name="plan" value="{{plan}}"><input type="hidden" name="interval" value="{{interval}}">
  {{#field_email}}{{>FIELD}}{{/field_email}}
  {{#field_password}}{{>FIELD}}{{/field_password}}
  <div hx-get="/signup/address" hx-include="#signup-workspace" hx-trigger="input delay:400ms" hx-target="#signup-address">
    {{#field_workspace}}{{>FIELD}}{{/field_workspace}}
    <p class="hint" id="signup-address" aria-live="polite">{{>address}}</p>
  </div>
  <button class="btn btn-{{tone}} btn-block" type="submit" data-busy="{{busy}}">{{submit}}</button>
</form>
{{/form}}
