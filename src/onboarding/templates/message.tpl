{{%AUTOESCAPE context="HTML"}}
{{#message}}{{>MESSAGE}}{{/message}}
