{{%AUTOESCAPE context="HTML"}}
<a href="/t/{{slug}}">x</a>{{! here }}
<form action="{{base}}{{path}}"></form>{{! here }}
<a hx-get="{{url}}?q={{q}}">x</a>{{! here }}
<a href="{{url}}" hx-get="{{url}}">x</a>
<a href="{{#external}}{{url}}{{/external}}">x</a>{{! here }}
