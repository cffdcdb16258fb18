{{%AUTOESCAPE context="HTML"}}
<!doctype html>
<html lang="{{#chrome}}{{lang}}{{/chrome}}" data-theme="{{#chrome}}{{theme}}{{/chrome}}">
<head>
{{>HEAD}}
</head>
<body hx-headers:inherited='{"X-CSRF-Token":"{{csrf_token}}"}'>
<a class="skip btn btn-primary" href="#main">Skip to content</a>
<div class="site">
  {{#chrome}}
  {{#banner}}{{>BANNER}}{{/banner}}
  <header class="site-head">
    {{#brand}}<a class="site-brand" href="{{url}}">{{>MARK}}{{name}}</a>{{/brand}}
    <nav class="site-nav" aria-label="Main">{{#site_nav}}<a href="{{url}}"{{#current}} aria-current="page"{{/current}}>{{label}}</a>{{/site_nav}}</nav>
    <div class="site-actions">{{#site_actions}}<a class="btn btn-{{kind}}" href="{{url}}">{{label}}</a>{{/site_actions}}</div>
  </header>
  {{/chrome}}
  <main class="site-main" id="main" tabindex="-1">
    {{>CONTENT}}
  </main>
  {{#chrome}}{{>SITE_FOOT}}{{/chrome}}
</div>
{{>TOASTS}}
</body>
</html>
