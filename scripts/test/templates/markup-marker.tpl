{{%AUTOESCAPE context="HTML"}}
<p {{name}}>x</p>{{! here }}
<p data-{{name}}="x">x</p>{{! here }}
<p data-x="{{name}}">{{name}}</p>
