{{%AUTOESCAPE context="HTML"}}
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{{#chrome}}{{#has_errors}}Error: {{/has_errors}}{{/chrome}}{{title}}{{#chrome}}{{#workspace}} · {{name}}{{/workspace}}{{#brand}} · {{name}}{{/brand}}{{/chrome}}</title>
{{#chrome}}{{#brand}}
{{#logo}}<link rel="icon" href="{{logo}}">{{/logo}}
{{#logo_not}}<link rel="icon" href="{{asset_favicon_svg}}" type="image/svg+xml">{{/logo_not}}
{{/brand}}{{/chrome}}
<link rel="preload" href="{{asset_inter_woff2}}" as="font" type="font/woff2" crossorigin>
<link rel="stylesheet" href="{{asset_app_css}}">
{{#chrome}}{{#brand}}{{#style_sheet}}<link rel="stylesheet" href="{{style_sheet}}">{{/style_sheet}}{{/brand}}{{/chrome}}
<meta name="htmx-config" content='{"includeIndicatorCSS":false,"defaultTimeout":20000}'>
<script src="{{asset_htmx_js}}" defer></script>
<script src="{{asset_app_js}}" defer></script>
