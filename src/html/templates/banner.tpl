{{%AUTOESCAPE context="HTML"}}
<section class="banner banner-{{kind}}" aria-label="{{title}}">
  {{>ICON}}
  <p class="banner-text"><b>{{title}}.</b> {{text}}</p>
  {{#other}}<a class="btn btn-ghost btn-sm banner-other" href="{{url}}">{{label}}</a>{{/other}}
  {{#action}}<a class="btn btn-secondary btn-sm" href="{{url}}">{{label}}</a>{{/action}}
  {{#dismissal}}<form class="banner-dismissal" method="post" action="{{url}}">{{>CSRF}}<input type="hidden" name="return_to" value="{{return_to}}"><input type="hidden" name="{{name}}" value="{{value}}"><button class="btn btn-ghost btn-icon btn-sm" type="submit" aria-label="{{label}}">{{>ICON_X}}</button></form>{{/dismissal}}
</section>
