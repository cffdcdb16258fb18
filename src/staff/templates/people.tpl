{{%AUTOESCAPE context="HTML"}}
{{>tenant_head}}
<section class="card card-clip mt-5" aria-labelledby="people-title">
  <h2 class="sr-only" id="people-title">People</h2>
  <div class="table-wrap" role="region" tabindex="0" aria-label="People, table"><table class="table table-stack">
    <thead><tr><th scope="col">Person</th><th scope="col">Role</th><th scope="col">Billing</th><th scope="col">Id</th><th scope="col">Joined</th></tr></thead>
    <tbody>{{#people}}<tr><th scope="row"><span class="flex items-center gap-2.5"><span class="avatar avatar-round" aria-hidden="true">{{initials}}</span><span>{{name}} <span class="sub">{{email}}</span></span></span></th><td data-label="Role"><span class="capitalize">{{role}}</span></td><td data-label="Billing">{{#pays}}Can change the plan{{/pays}}{{#pays_not}}<span class="muted">No</span>{{/pays_not}}</td><td class="mono muted" data-label="Id">{{user_id}}</td><td class="tnum" data-label="Joined">{{joined}}</td></tr>{{/people}}</tbody>
  </table></div>
</section>
