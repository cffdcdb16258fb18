{{%AUTOESCAPE context="HTML"}}
<p {{#a}}title="{{/a}}x">{{! here }}
<p title="{{#a}}x{{/a}}">y</p>
<p{{#a}} title="x"{{/a}}>y</p>
{{#a}}<p title="x">{{/a}}y
<p title="{{#a}}x">{{/a}}y</p>{{! here }}
