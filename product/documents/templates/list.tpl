{{%AUTOESCAPE context="HTML"}}
<div class="page-head">
  <h1>Documents</h1>
  <div class="page-actions">
    <a class="btn btn-secondary" href="{{export_url}}">{{>ICON_DOWNLOAD}}Export…</a>
    {{#may}}<a class="btn btn-primary" href="{{new_url}}">{{>ICON_PLUS}}New document</a>{{/may}}
    {{#may_not}}<button class="btn btn-primary" type="button" disabled{{#why}} aria-describedby="why-not"{{/why}}>{{>ICON_LOCK}}New document</button>{{/may_not}}
  </div>
</div>
{{#why}}<p class="hint mt-2" id="why-not">{{why}}</p>{{/why}}
<div class="stack mt-4">
  {{#full}}{{>CALLOUT}}{{/full}}
  {{#undo}}
  <section class="callout callout-info" aria-label="Deleted" role="status">
    {{>ICON_TRASH}}
    <div class="callout-text"><p class="callout-title">“{{title}}” is deleted</p><p>It can be brought back for {{days}} days.</p></div>
    <form method="post" action="{{url}}">{{>CSRF}}<button class="btn btn-secondary btn-sm" type="submit" data-busy="Restoring…">Undo</button></form>
  </section>
  {{/undo}}
  <form class="toolbar" role="search" aria-label="Search documents" action="{{path}}" method="get">
    <div class="search">{{>ICON_SEARCH}}<input class="input input-sm" type="search" name="q" value="{{q}}" aria-label="Search documents" placeholder="Words in title, text"></div>
    {{#tag}}<input type="hidden" name="tag" value="{{tag}}">{{/tag}}
    <button class="btn btn-secondary" type="submit">Search</button>
    {{#tag}}<span class="chip"><span class="chip-text"><span class="chip-field">Tag</span> <b>{{tag}}</b></span><a class="chip-remove" href="{{url}}" aria-label="Remove filter: tag {{tag}}">{{>ICON_X}}</a></span>{{/tag}}
    {{#filtered}}<a class="btn btn-ghost btn-sm" href="{{path}}">Clear filters</a>{{/filtered}}
    <span class="push meta tnum">{{count}}</span>
  </form>
  {{#tag_filter}}<nav class="actions" aria-label="Tags">{{#items}}<a class="badge" href="{{url}}">{{tag}} <span class="tnum">{{documents}}</span></a>{{/items}}</nav>{{/tag_filter}}
  <section class="card card-clip" aria-labelledby="documents">
    <h2 class="sr-only" id="documents">All documents</h2>
    {{#documents_not}}{{#none}}{{>EMPTY}}{{/none}}{{/documents_not}}
    <ul class="rows">
      {{#documents}}
      <li class="row">
        <div class="min-w-0 grow"><p class="flex flex-wrap items-center gap-x-2 gap-y-1.5"><a class="table-link" href="{{url}}">{{title}}</a>{{#tags}}<a class="badge" href="{{url}}">{{tag}}</a>{{/tags}}</p><p class="meta truncate">{{excerpt}}</p></div>
        <span class="meta tnum">{{>TIME}}</span>
      </li>
      {{/documents}}
    </ul>
    {{#paged}}<nav class="pagination" aria-label="Pages">
      <span>Last changed first</span>
      <span class="actions">{{#newest_url}}<a class="btn btn-secondary btn-sm" href="{{newest_url}}">Newest</a>{{/newest_url}}{{#older_url}}<a class="btn btn-secondary btn-sm" href="{{older_url}}" rel="next">Older</a>{{/older_url}}</span>
    </nav>{{/paged}}
  </section>
</div>
