{{%AUTOESCAPE context="HTML"}}
{{#nav}}
{{#label}}<p class="nav-label" aria-hidden="true">{{label}}</p><ul aria-label="{{label}}">{{/label}}{{#label_not}}<ul>{{/label_not}}
{{#items}}{{>NAV_LINK}}{{/items}}
</ul>
{{/nav}}
