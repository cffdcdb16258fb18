{{%AUTOESCAPE context="HTML"}}
<button formaction="{{url}}">x</button>{{! here }}
<svg><use xlink:href="{{url}}"/></svg>{{! here }}
<img alt="" srcset="{{url}}">{{! here }}
<video poster="{{url}}"></video>{{! here }}
<iframe srcdoc="{{text}}"></iframe>{{! here }}
<a href="/x" ping="{{url}}">x</a>{{! here }}
<svg><use href="{{url}}"/></svg>
