{{%AUTOESCAPE context="HTML"}}
<div class="page-head">
  <h1>{{heading}}</h1>
  <div class="page-actions">
    {{#may}}
    <form method="post" action="{{delete_url}}">{{>CSRF}}<button class="btn btn-ghost" type="submit" data-busy="Deleting…">{{>ICON_TRASH}}Delete</button></form>
    <a class="btn btn-primary" href="{{edit_url}}">{{>ICON_EDIT}}Edit document</a>
    {{/may}}
    {{#may_not}}<button class="btn btn-primary" type="button" disabled aria-describedby="why-not">{{>ICON_LOCK}}Edit document</button>{{/may_not}}
  </div>
</div>
{{#may_not}}<p class="hint mt-2" id="why-not">{{why}}</p>{{/may_not}}
<p class="meta mt-2">Changed {{>TIME}} · <span class="mono">{{document_id}}</span></p>
<p class="mt-2">{{#tags}}<a class="badge" href="{{url}}">{{tag}}</a> {{/tags}}</p>
<section class="card card-body mt-4" aria-label="Text">
  {{#body}}<div class="prose whitespace-pre-wrap break-words">{{body:pre_escape}}</div>{{/body}}
  {{#body_not}}<p class="muted">No text yet.</p>{{/body_not}}
</section>
