{{%AUTOESCAPE context="HTML"}}
<p class="a {{name}}">x</p>{{! here }}
<p class="badge-{{tone}} content-{{width}} tone-{{health_tone}}{{#done}} done{{/done}}">x</p>
