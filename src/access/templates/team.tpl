{{%AUTOESCAPE context="HTML"}}
<div class="page-head">
  <h1>Team</h1>
  <div class="page-actions">
    {{#may}}<a class="btn btn-primary" href="{{invite_url}}">{{>ICON_USER_PLUS}}Invite somebody</a>{{/may}}
    {{#may_not}}<button class="btn btn-primary" type="button" disabled aria-describedby="why-not">{{>ICON_LOCK}}Invite somebody</button>{{/may_not}}
  </div>
</div>
{{#may_not}}<p class="hint mt-2" id="why-not">{{may_not_why}}</p>{{/may_not}}
<div class="mt-4">{{#tabs}}{{>TABS}}{{/tabs}}</div>
<section class="card card-clip mt-4" aria-labelledby="members">
  <h2 class="sr-only" id="members">Members</h2>
  <div class="table-wrap" role="region" tabindex="0" aria-label="Members, table">
    <table class="table table-stack">
      <thead><tr><th scope="col">Person</th><th scope="col">Role</th><th scope="col">Joined</th><th scope="col"><span class="sr-only">Actions</span></th></tr></thead>
      <tbody>
        {{#members}}
        <tr>
          <th scope="row"><span class="flex items-center gap-2.5"><span class="avatar" aria-hidden="true">{{initials}}</span><span><b class="font-medium">{{name}}</b>{{#self}} <span class="badge">You</span>{{/self}} <span class="sub block">{{email}}</span></span></span></th>
          <td data-label="Role">
            {{#editable}}
            <form class="flex items-center gap-2" method="post" action="{{role_url}}">
              {{>CSRF}}
              <select class="select select-sm" name="role" aria-label="Role of {{name}}">{{#options}}<option value="{{value}}"{{#chosen}} selected{{/chosen}}>{{label}}</option>{{/options}}</select>
              <button class="btn btn-secondary btn-sm" type="submit" data-busy="Saving…">Save<span class="sr-only"> the role of {{name}}</span></button>
            </form>
            {{/editable}}
            {{#editable_not}}<span>{{role_label}}{{#why}} <span class="sub block">{{why}}</span>{{/why}}</span>{{/editable_not}}
          </td>
          <td class="muted tnum" data-label="Joined">{{>TIME}}</td>
          <td class="actions-cell">{{#removable}}<fh-dialog><a class="btn btn-ghost btn-sm" href="{{remove_url}}">Remove…<span class="sr-only"> {{name}}</span></a></fh-dialog>{{/removable}}{{#leavable}}<fh-dialog><a class="btn btn-ghost btn-sm" href="{{leave_url}}">Leave…</a></fh-dialog>{{/leavable}}</td>
        </tr>
        {{/members}}
      </tbody>
    </table>
  </div>
</section>
<p class="hint mt-3">{{Word_a_workspace}} always has an owner: {{#one_owner}}the only one can neither leave nor get another role until somebody else is an owner.{{/one_owner}}{{#one_owner_not}}the last one can neither leave nor get another role.{{/one_owner_not}}</p>
