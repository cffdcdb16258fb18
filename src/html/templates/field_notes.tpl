{{%AUTOESCAPE context="HTML"}}
{{#hint}}<p class="hint" id="{{id}}-hint">{{hint}}</p>{{/hint}}
{{#error}}<p class="error" id="{{id}}-error">{{>ICON_ALERT_CIRCLE}}<span><span class="sr-only">Error: </span>{{error}}</span></p>{{/error}}
