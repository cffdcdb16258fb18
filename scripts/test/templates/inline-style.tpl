{{%AUTOESCAPE context="HTML"}}
<style>p{color:red}</style>{{! here }}
<p style="color:red">x</p>{{! here }}
<p class="style">style="x"</p>
