{{%AUTOESCAPE context="HTML"}}
<div class="page-head"><h1>Billing</h1></div>
<section class="card mt-4" aria-label="Plan">{{#refused}}{{>NO_PERMISSION}}{{/refused}}</section>
