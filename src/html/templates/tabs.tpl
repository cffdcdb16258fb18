{{%AUTOESCAPE context="HTML"}}
<nav class="tabs" aria-label="{{label}}">
  {{#items}}<a class="tab" href="{{url}}"{{#current}} aria-current="page"{{/current}}>{{label}}{{#count}}<span class="count">{{count}}</span>{{/count}}</a>{{/items}}
</nav>
