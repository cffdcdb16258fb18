{{%AUTOESCAPE context="HTML"}}
<input{{>STATE}}>
<p title="{{>row}}">x</p>{{! here }}
<p {{>row}}>x</p>{{! here }}
<p>{{>STATE}}</p>{{! here }}
