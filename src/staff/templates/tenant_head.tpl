{{%AUTOESCAPE context="HTML"}}
<div class="page-head">
  <div class="flex items-center gap-3"><span class="avatar" aria-hidden="true">{{initials}}</span><div><h1>{{name}}</h1><p class="meta">{{slug}} · <span class="mono">{{tenant_id}}</span></p></div></div>
  <div class="page-actions"><span class="font-medium">{{plan_name}}</span>{{#badge}}{{>BADGE}}{{/badge}}</div>
</div>
<div class="mt-4">{{#tabs}}{{>TABS}}{{/tabs}}</div>
