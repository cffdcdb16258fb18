{{%AUTOESCAPE context="HTML"}}
<nav class="breadcrumbs" aria-label="Breadcrumb">
  <ol>
    {{#breadcrumbs}}
    <li>{{#first_not}}{{>ICON_CHEVRON_RIGHT}}{{/first_not}}{{#url}}<a href="{{url}}">{{label}}</a>{{/url}}{{#url_not}}<span{{#last}} aria-current="page"{{/last}}>{{label}}</span>{{/url_not}}</li>
    {{/breadcrumbs}}
  </ol>
</nav>
