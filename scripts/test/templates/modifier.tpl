{{%AUTOESCAPE context="HTML"}}
<p>{{name:none}}</p>{{! here }}
<p>{{name:h}}</p>{{! here }}
{{>row:html_escape}}{{! here }}
<pre>{{name:pre_escape}}</pre>
