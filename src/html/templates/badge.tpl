{{%AUTOESCAPE context="HTML"}}
<span class="badge badge-{{tone}}">{{#dot}}<span class="dot"></span>{{/dot}}{{label}}</span>
