{{%AUTOESCAPE context="HTML"}}
{{#card}}
<form class="flex flex-wrap items-center gap-3" method="post" action="{{card_url}}">
  {{>CSRF}}<input type="hidden" name="return_to" value="{{return_to}}">
  <span class="text-sm">{{text}}</span>
  {{#fails}}<span class="badge badge-bad"><span class="dot"></span>Declines</span><button class="btn btn-secondary btn-sm" type="submit" name="card" value="pays">Let it pay again<span class="sr-only">: {{name}}</span></button>{{/fails}}
  {{#pays}}<button class="btn btn-secondary btn-sm" type="submit" name="card" value="fails">Fail this customer's card<span class="sr-only">: {{name}}</span></button>{{/pays}}
</form>
{{/card}}
{{#card_not}}<span class="muted">No card</span>{{/card_not}}
