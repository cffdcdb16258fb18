{{%AUTOESCAPE context="HTML"}}
{{#paragraphs}}<p style="margin:0 0 12px 0">{{item}}</p>
{{/paragraphs}}{{#button}}{{>MAIL_BUTTON}}{{/button}}
{{#note}}<p style="margin:0;color:#4f535b">{{note}}</p>{{/note}}
