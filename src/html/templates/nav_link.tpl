{{%AUTOESCAPE context="HTML"}}
<li><a class="nav-link" href="{{url}}"{{#current}} aria-current="page"{{/current}}>{{>ICON}}<span class="grow">{{label}}</span>{{#badge}}<span class="badge badge-accent tnum">{{badge}}</span>{{/badge}}{{#alert}}<span class="dot dot-warn"></span><span class="sr-only">{{alert}}</span>{{/alert}}</a></li>
