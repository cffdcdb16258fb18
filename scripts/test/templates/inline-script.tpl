{{%AUTOESCAPE context="HTML"}}
<script>alert(1)</script>{{! here }}
<script src="{{url}}">run()</script>{{! here }}
<script src="{{url}}" defer></script>
