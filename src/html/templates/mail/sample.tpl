{{%AUTOESCAPE context="HTML"}}
<p style="margin:0 0 12px 0">{{inviter}} invited you to work in {{workspace}} as {{role}}.</p>
{{#button}}{{>MAIL_BUTTON}}{{/button}}
<p style="margin:0;color:#4f535b">The invitation is good until {{expires}}.</p>
