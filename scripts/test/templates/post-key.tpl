{{%AUTOESCAPE context="HTML"}}
<form method="post" action="/x"><button>Save</button></form>{{! here }}
<form method="post" action="/x">
  {{>CSRF}}
</form>
<form method="get" action="/x"></form>
