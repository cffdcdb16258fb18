{{%AUTOESCAPE context="HTML"}}
<h1>Create your workspace</h1>
<p class="lede">14 days of the Pro plan. No card needed.</p>
{{#form}}
{{>ERROR_SUMMARY}}
<form class="form" method="post" action="{{action}}" novalidate>
  {{>CSRF}}
  {{#fields}}{{>FIELD}}{{/fields}}
  <button class="btn btn-primary btn-block" type="submit" data-busy="{{busy}}">{{submit}}</button>
  <p class="hint">By creating a workspace you agree to the <a href="#terms">terms</a> and the <a href="#privacy">privacy notice</a>.</p>
</form>
{{/form}}
