{{%AUTOESCAPE context="HTML"}}
{{#workspace}}
<details class="menu menu-start">
  <summary class="switcher">
    <span class="avatar avatar-accent" aria-hidden="true">{{initials}}</span>
    <span class="switcher-text"><span class="switcher-name">{{name}}</span><span class="meta">{{plan_label}}</span></span>
    <span class="sr-only">Switch {{word_workspace}}</span>
    {{>ICON_CHEVRONS_UP_DOWN}}
  </summary>
  <div class="menu-panel">
    <p class="menu-note">{{Word_workspaces}}</p>
    <ul>
      {{#workspaces}}
      <li><a class="menu-item" href="{{url}}"{{#current}} aria-current="true"{{/current}}><span class="avatar" aria-hidden="true">{{initials}}</span><span class="grow truncate">{{name}}</span>{{#current}}{{>ICON_CHECK}}{{/current}}</a></li>
      {{/workspaces}}
    </ul>
    {{#select_url}}<div class="menu-rule"></div><a class="menu-item" href="{{select_url}}">{{>ICON_BUILDING}}All {{word_workspaces}}</a>{{/select_url}}
  </div>
</details>
{{/workspace}}
{{#workspace_not}}{{#brand}}<a class="site-brand" href="{{url}}">{{>MARK}}{{name}}</a>{{/brand}}{{/workspace_not}}
