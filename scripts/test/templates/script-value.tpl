{{%AUTOESCAPE context="HTML"}}
<a href="javascript:go()">x</a>{{! here }}
<form hx-vals="js:{a:1}"></form>{{! here }}
<form hx-vals='{"a":1}'></form>
