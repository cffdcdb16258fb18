{{%AUTOESCAPE context="HTML"}}
<p title={{name}}>x</p>{{! here }}
<p title={{#name}}"a"{{/name}}>x</p>{{! here }}
<p title=a title="{{name}}" lang='{{name}}'>x</p>
