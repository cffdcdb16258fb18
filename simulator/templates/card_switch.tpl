{{%AUTOESCAPE context="HTML"}}
{{#card}}
<form class="flex flex-wrap items-center gap-3" method="post" action="{{card_url}}">
  {{>CSRF}}<input type="hidden" name="return_to" value="{{return_to}}">
  <span class="text-sm">{{text}}</span>
  {{#fails}}<span class="badge badge-bad"><span class="dot"></span>Declines</span><button class="btn btn-secondary btn-sm" type="submit" name="card" value="pays" aria-label="Let the card of {{name}} pay again">Let it pay again</button>{{/fails}}
  {{#pays}}<button class="btn btn-secondary btn-sm" type="submit" name="card" value="fails" aria-label="Fail the card of {{name}}">Fail this card</button>{{/pays}}
</form>
{{/card}}
{{#card_not}}<span class="muted">No card</span>{{/card_not}}
