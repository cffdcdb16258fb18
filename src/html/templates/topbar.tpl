{{%AUTOESCAPE context="HTML"}}
<header class="topbar">
  <a class="btn btn-ghost btn-icon only-narrow" href="{{menu_url}}" data-drawer="sidebar" aria-label="Open navigation">{{>ICON_MENU}}</a>
  {{>BREADCRUMBS}}
  <div class="grow"></div>
  {{#search_url}}<a class="topbar-search" href="{{search_url}}">{{>ICON_SEARCH}}<span class="grow">Search…</span></a>{{/search_url}}
  {{#help_url}}<a class="btn btn-ghost btn-icon" href="{{help_url}}" aria-label="Help">{{>ICON_HELP}}</a>{{/help_url}}
  {{>ACCOUNT_MENU}}
</header>
