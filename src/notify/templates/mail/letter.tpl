{{%AUTOESCAPE context="HTML"}}
{{#paragraphs}}<p style="margin:0 0 12px 0">{{item}}</p>
{{/paragraphs}}{{#button}}{{>MAIL_BUTTON}}{{/button}}
{{#link}}<p style="margin:0 0 12px 0"><a href="{{url}}" style="color:#4f535b">{{label}}</a></p>{{/link}}
{{#note}}<p style="margin:0;color:#4f535b">{{note}}</p>{{/note}}
{{#unsubscribe_url}}<p style="margin:12px 0 0 0;font-size:12px;line-height:18px"><a href="{{unsubscribe_url}}" style="color:#676a72">No more mails like this</a></p>{{/unsubscribe_url}}
