{{%AUTOESCAPE context="HTML"}}
<textarea>{{text}}</textarea>{{! here }}
<textarea>{{text:pre_escape}}</textarea>
