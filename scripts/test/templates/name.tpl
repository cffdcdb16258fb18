{{%AUTOESCAPE context="HTML"}}
<p>{{invoice.total}}</p>{{! here }}
{{=| |=}}{{! here }}
<p>{{invoice_total}}</p>
<p>{{! here }}{{never_closed</p>
