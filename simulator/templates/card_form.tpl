{{%AUTOESCAPE context="HTML"}}
{{>ERROR_SUMMARY}}
<form class="form" id="{{id}}" method="post" action="{{action}}" novalidate>
  {{>CSRF}}
  {{#field_email}}{{>FIELD}}{{/field_email}}
  {{#field_country}}{{>FIELD}}{{/field_country}}
  {{#field_number}}{{>FIELD}}{{/field_number}}
  <div class="grid grid-cols-2 gap-4">
    {{#field_expiry}}{{>FIELD}}{{/field_expiry}}
    {{#field_cvc}}{{>FIELD}}{{/field_cvc}}
  </div>
  {{#field_iban}}{{>FIELD}}{{/field_iban}}
  {{#field_name}}{{>FIELD}}{{/field_name}}
  <div class="form-foot">
    <button class="btn btn-primary btn-lg" type="submit" data-busy="{{busy}}">{{submit}}</button>
    {{#cancel}}<a class="btn btn-ghost btn-lg" href="{{url}}">{{label}}</a>{{/cancel}}
  </div>
  <fieldset class="mt-4">
    <legend class="label">Or use a test card</legend>
    <ul class="well stack">
      {{#test_cards}}<li class="flex flex-wrap items-center justify-between gap-2"><span class="text-sm text-ink-2">{{behaviour}}</span><button class="btn btn-secondary btn-sm" type="submit" name="card" value="{{number}}"><span class="mono">{{spaced}}</span></button></li>{{/test_cards}}
    </ul>
  </fieldset>
</form>
