{{%AUTOESCAPE context="HTML"}}
<!doctype html>
<html lang="{{#chrome}}{{lang}}{{/chrome}}" data-theme="{{#chrome}}{{theme}}{{/chrome}}">
<head>
{{>HEAD}}
</head>
<body hx-headers:inherited='{"X-CSRF-Token":"{{csrf_token}}"}'>
<a class="skip btn btn-primary" href="#main">Skip to content</a>
<div class="split{{#chrome}}{{#aside}} split-with-aside{{/aside}}{{/chrome}}">
  <div class="split-form">
    {{#chrome}}
    <header class="split-head">
      {{#brand}}<a class="site-brand text-base text-ink" href="{{url}}">{{>MARK}}{{name}}</a>{{/brand}}
      {{#prompt}}<p>{{text}} <a class="link" href="{{url}}">{{label}}</a></p>{{/prompt}}
    </header>
    {{/chrome}}
    <main class="split-main" id="main" tabindex="-1">
      <div class="auth">
        {{>CONTENT}}
      </div>
    </main>
    {{#chrome}}{{>SITE_FOOT}}{{/chrome}}
  </div>
  {{#chrome}}{{#aside}}{{>ASIDE}}{{/aside}}{{/chrome}}
</div>
{{>TOASTS}}
</body>
</html>
