{{%AUTOESCAPE context="HTML"}}
{{#rows}}<p>{{#first}}a{{/last}}</p>{{! here }}
{{/rows}}
{{#open}}<p>b</p>{{! here }}
