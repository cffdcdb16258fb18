{{%AUTOESCAPE context="HTML"}}
<!doctype html>
<html lang="{{#chrome}}{{lang}}{{/chrome}}" data-theme="{{#chrome}}{{theme}}{{/chrome}}">
<head>
{{>HEAD}}
</head>
<body>
<a class="skip btn btn-primary" href="#main">Skip to content</a>
<div class="site">
  {{#chrome}}
  <header class="site-head">
    {{#brand}}<a class="site-brand" href="{{url}}">{{>MARK}}{{name}}</a>{{/brand}}
  </header>
  {{/chrome}}
  <main class="site-main" id="main" tabindex="-1">
    {{>CONTENT}}
  </main>
  {{#chrome}}{{>SITE_FOOT}}{{/chrome}}
</div>
</body>
</html>
