{{%AUTOESCAPE context="HTML"}}
<form class="p-2" method="post" action="{{theme_url}}">
  {{>CSRF}}
  <input type="hidden" name="return_to" value="{{return_to}}">
  <div class="segmented" role="group" aria-label="Colours">
    {{#themes}}<button class="segment" type="submit" name="theme" value="{{value}}" aria-pressed="{{pressed}}">{{>ICON}}{{label}}</button>{{/themes}}
  </div>
</form>
