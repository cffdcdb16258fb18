{{%AUTOESCAPE context="HTML"}}
<div class="page-head"><h1>Navigation</h1></div>
{{#chrome}}
<nav class="card card-body mt-4" aria-label="All pages">{{>NAV}}{{#nav_foot}}<ul class="mt-4">{{#items}}{{>NAV_LINK}}{{/items}}</ul>{{/nav_foot}}</nav>
{{/chrome}}
