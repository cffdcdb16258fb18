{{%AUTOESCAPE context="HTML"}}
<a hx-get="/x" hx-trigger="click[ctrlKey]">x</a>{{! here }}
<a hx-get="/x" hx-trigger="every 2s">x</a>
