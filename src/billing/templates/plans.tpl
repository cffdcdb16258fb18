{{%AUTOESCAPE context="HTML"}}
<div class="page-head"><h1>Plans</h1></div>
{{#tabs}}{{>TABS}}{{/tabs}}
<div class="mt-5">{{>comparison}}</div>
