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
    <div class="sidebar-head">
      {{#brand}}<a class="site-brand" href="{{url}}">{{>MARK}}{{name}}<span class="badge">Staff</span></a>{{/brand}}
    </div>
    <nav class="sidebar-nav" aria-label="Main">{{>NAV}}</nav>
    {{#nav_foot}}<div class="sidebar-foot"><ul>{{#items}}{{>NAV_LINK}}{{/items}}</ul></div>{{/nav_foot}}
  </aside>
  {{/chrome}}
  <div class="shell-body">
    {{#chrome}}
    {{#environment}}<section class="environment" aria-label="Environment"><span class="dot tone-{{tone}}"></span><b class="text-ink whitespace-nowrap">{{name}}</b><span>{{text}}</span></section>{{/environment}}
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
