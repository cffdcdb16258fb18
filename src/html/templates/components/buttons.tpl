{{%AUTOESCAPE context="HTML"}}
<section class="card card-body" aria-labelledby="buttons">
  <h2 class="card-title" id="buttons">Buttons</h2>
  <div class="actions mt-3">
    <button class="btn btn-primary" type="button">Save changes</button>
    <button class="btn btn-secondary" type="button">Compare plans</button>
    <button class="btn btn-ghost" type="button">Cancel</button>
    <button class="btn btn-danger" type="button">Delete workspace…</button>
  </div>
  <div class="actions mt-3">
    <button class="btn btn-primary" type="button" aria-busy="true" aria-disabled="true">Saving…</button>
    <button class="btn btn-primary" type="button" disabled>Save changes</button>
    <button class="btn btn-secondary" type="button" aria-disabled="true">{{>ICON_LOCK}}Invite people</button>
    <p class="why">Only owners and admins can invite people. Ask Maya Okafor.</p>
  </div>
  <div class="actions mt-3">
    <button class="btn btn-secondary btn-sm" type="button">{{>ICON_PLUS}}New key</button>
    <button class="btn btn-ghost btn-icon" type="button" aria-label="Actions for Acme">{{>ICON_MORE}}</button>
    <a class="btn btn-secondary" href="#buttons">{{>ICON_EXTERNAL}}Payment portal</a>
    <button class="btn btn-primary btn-lg" type="button">Create workspace</button>
  </div>
</section>
