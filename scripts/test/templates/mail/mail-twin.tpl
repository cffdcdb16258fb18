{{%AUTOESCAPE context="HTML"}}
<p style="margin:0">Hello</p>{{! here is no style finding }}
