{{%AUTOESCAPE context="HTML"}}
<button onclick="go()">x</button>{{! here }}
<form hx-on:submit="go()"></form>{{! here }}
<button aria-label="on">x</button>
