{{%AUTOESCAPE context="HTML"}}
<!doctype html>
<html lang="{{#chrome}}{{lang}}{{/chrome}}" data-theme="{{#chrome}}{{theme}}{{/chrome}}">
<head>
{{>HEAD}}
</head>
<body hx-headers:inherited='{"X-CSRF-Token":"{{csrf_token}}"}'>
<a class="skip btn btn-primary" href="#main">Skip to content</a>
<div class="shell">
  {{#chrome}}
  <aside class="sidebar" id="sidebar" aria-label="Navigation">
    <div class="sidebar-head">{{>WORKSPACE_MENU}}</div>
    <nav class="sidebar-nav" aria-label="Main">{{>NAV}}</nav>
    {{#nav_foot}}<div class="sidebar-foot"><ul>{{#items}}{{>NAV_LINK}}{{/items}}</ul></div>{{/nav_foot}}
  </aside>
  {{/chrome}}
  <div class="shell-body">
    {{#chrome}}
    {{#banner}}{{>BANNER}}{{/banner}}
    {{>TOPBAR}}
    {{/chrome}}
    <main class="content content-{{#chrome}}{{width}}{{/chrome}}" id="main" tabindex="-1">
      {{>CONTENT}}
    </main>
  </div>
</div>
{{>TOASTS}}
</body>
</html>
