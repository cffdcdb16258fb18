{{%AUTOESCAPE context="HTML"}}
{{#layout}}<section class="dialog dialog-inline max-w-[28rem]" aria-labelledby="dialog-title">{{/layout}}
{{#confirm}}{{>CONFIRM}}{{/confirm}}
{{#layout}}</section>{{/layout}}
