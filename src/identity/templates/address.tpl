{{%AUTOESCAPE context="HTML"}}
{{address}}
