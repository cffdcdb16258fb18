{{%AUTOESCAPE context="HTML"}}
<div class="page-head"><h1>{{heading}}</h1></div>
<div class="stack mt-4" role="alert">{{#callout}}{{>CALLOUT}}{{/callout}}</div>
<p class="mt-4"><a class="link" href="{{back_url}}">Back to the documents</a></p>
