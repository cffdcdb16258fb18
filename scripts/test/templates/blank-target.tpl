{{%AUTOESCAPE context="HTML"}}
<a href="/x" target="_blank">x</a>{{! here }}
<a href="/x" target="_blank" rel="noopener noreferrer">x</a>
<a href="/x" target="_self">x</a>
