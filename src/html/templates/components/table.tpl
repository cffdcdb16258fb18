{{%AUTOESCAPE context="HTML"}}
<div class="stack">
{{#tabs}}{{>TABS}}{{/tabs}}
<form class="toolbar" role="search" aria-label="Filter members" action="#members" method="get">
  <div class="search">{{>ICON_SEARCH}}<input class="input input-sm" type="search" name="q" aria-label="Search members" placeholder="Name or email"></div>
  <button class="btn btn-secondary" type="submit">Search</button>
  <a class="btn btn-ghost" href="#members">{{>ICON_FILTER}}Add filter</a>
  <label class="push flex items-center gap-2 text-xs text-ink-3">Role <select class="select select-sm" name="role"><option>All</option><option>Owner</option></select></label>
</form>
<section class="card card-clip" aria-labelledby="members">
  <div class="card-head"><h2 class="card-title" id="members">Members</h2><span class="actions"><button class="btn btn-secondary btn-sm" type="button">{{>ICON_DOWNLOAD}}Export CSV</button><button class="btn btn-primary btn-sm" type="button">{{>ICON_USER_PLUS}}Invite people</button></span></div>
  <div class="table-wrap" role="region" tabindex="0" aria-label="Members, table">
    <table class="table">
      <thead><tr>
        <th scope="col" class="w-px"><label class="check-cell"><input class="check" type="checkbox"><span class="sr-only">Select all members on this page</span></label></th>
        <th scope="col" aria-sort="ascending"><a class="sort" href="#members">Person{{>ICON_ARROW_DOWN}}</a></th>
        <th scope="col">Role</th><th scope="col">Status</th><th scope="col">Activity, 30 days</th><th scope="col" class="num">API calls</th><th scope="col"><a class="sort" href="#members">Last active</a></th><th scope="col"><span class="sr-only">Actions</span></th>
      </tr></thead>
      <tbody>
        {{#members}}
        <tr{{#selected}} data-selected{{/selected}}>
          <td><label class="check-cell"><input class="check" type="checkbox"{{#selected}} checked{{/selected}}><span class="sr-only">Select {{name}}</span></label></td>
          <th scope="row"><span class="flex items-center gap-2.5"><span class="avatar" aria-hidden="true">{{initials}}</span><span><a class="table-link" href="#members">{{name}}</a> <span class="sub">{{email}}</span></span></span></th>
          <td>{{#role_badge}}{{>BADGE}}{{/role_badge}}</td>
          <td>{{#status}}{{>BADGE}}{{/status}}{{#status_not}}<span class="muted">Active</span>{{/status_not}}</td>
          <td>{{#spark}}{{>SPARKLINE}}{{/spark}}</td>
          <td class="num">{{calls}}</td>
          <td class="muted tnum">{{>TIME}}</td>
          <td class="actions-cell">
            <details class="menu">
              <summary class="btn btn-ghost btn-icon btn-sm" aria-label="Actions for {{name}}">{{>ICON_MORE}}</summary>
              <div class="menu-panel"><a class="menu-item" href="#members">{{>ICON_EDIT}}Change role…</a><a class="menu-item menu-item-danger" href="#members">{{>ICON_TRASH}}Remove from workspace…</a></div>
            </details>
          </td>
        </tr>
        {{/members}}
      </tbody>
    </table>
  </div>
  {{#pagination}}{{>PAGINATION}}{{/pagination}}
</section>
<div class="selection-bar" role="status"><b class="tnum">1 selected</b><span class="actions"><button class="btn btn-ghost btn-sm" type="button">{{>ICON_SEND}}Send again</button><button class="btn btn-danger btn-sm" type="button">{{>ICON_TRASH}}Remove…</button></span></div>
</div>
