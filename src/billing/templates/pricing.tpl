{{%AUTOESCAPE context="HTML"}}
<div class="hero"><h1>Pricing</h1><p>{{lede}}</p></div>
{{>comparison}}
