{{%AUTOESCAPE context="HTML"}}
{{#user}}
<details class="menu">
  <summary class="btn btn-ghost btn-icon"><span class="avatar avatar-round" aria-hidden="true">{{initials}}</span><span class="sr-only">Account menu for {{name}}</span></summary>
  <div class="menu-panel">
    <p class="menu-note"><b class="block text-sm text-ink">{{name}}</b>{{email}}</p>
    <div class="menu-rule"></div>
    {{#account_url}}<a class="menu-item" href="{{account_url}}">{{>ICON_USER}}Your account</a>{{/account_url}}
    {{>THEME}}
    <div class="menu-rule"></div>
    <form method="post" action="{{logout_url}}">{{>CSRF}}<button class="menu-item" type="submit">{{>ICON_LOG_OUT}}Log out</button></form>
  </div>
</details>
{{/user}}
