{{%AUTOESCAPE context="HTML"}}
<div class="page-head"><h1>Plans</h1></div>
<div class="mt-4">{{#tabs}}{{>TABS}}{{/tabs}}</div>
<div class="mt-5">{{>comparison}}</div>
