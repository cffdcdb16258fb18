{{%AUTOESCAPE context="HTML"}}
<div class="page-head"><h1>{{heading}}</h1></div>
<div class="mt-4">{{#tabs}}{{>TABS}}{{/tabs}}</div>
<div class="stack mt-5">
  {{#notice}}{{>CALLOUT}}{{/notice}}
  {{#blocked}}{{>CALLOUT}}{{/blocked}}
  {{#too_much}}<section class="callout callout-warn" aria-labelledby="too-much-title">
    {{>ICON_ALERT_TRIANGLE}}
    <div class="callout-text"><h2 class="callout-title" id="too-much-title">More than this plan allows</h2><ul class="mt-1">{{#items}}<li>{{#url}}<a class="link" href="{{url}}">{{text}}</a>{{/url}}{{#url_not}}{{text}}{{/url_not}}: {{why}}</li>{{/items}}</ul><p class="mt-1">Nothing is deleted. Until then new ones are refused.</p></div>
  </section>{{/too_much}}
  {{#choices}}{{#first}}<div class="flex flex-wrap gap-3">{{/first}}<nav class="segmented w-fit" aria-label="{{label}}">{{#items}}<a class="segment" href="{{url}}"{{#current}} aria-current="true"{{/current}}>{{label}}</a>{{/items}}</nav>{{#last}}</div>{{/last}}{{/choices}}
  <section class="card" aria-labelledby="preview-title">
    <div class="card-head"><h2 class="card-title" id="preview-title">What changes</h2></div>
    <div class="grid divide-y divide-line md:grid-cols-2 md:divide-y-0 md:divide-x">
      <ul class="gains card-body content-start">{{#gains}}{{#lost}}<li class="lost">{{>ICON_X}}<span>{{text}}</span></li>{{/lost}}{{#lost_not}}<li>{{>ICON_CHECK}}<span>{{text}}</span></li>{{/lost_not}}{{/gains}}</ul>
      <div class="card-body">
        <table class="lines"><caption class="sr-only">What it costs, without tax</caption><tbody>{{#lines}}<tr><th scope="row">{{label}}</th><td>{{value}}</td></tr>{{/lines}}</tbody><tfoot>{{#due_today}}<tr><th scope="row">{{label}}</th><td>{{value}}</td></tr>{{/due_today}}</tfoot></table>
        <p class="meta mt-3">{{note}}</p>
      </div>
    </div>
    <div class="card-foot">
      {{#back}}<a class="btn btn-ghost" href="{{url}}">{{label}}</a>{{/back}}
      {{#blocked_not}}<form method="post" action="{{action}}">{{>CSRF}}{{#fields}}<input type="hidden" name="{{name}}" value="{{value}}">{{/fields}}<button class="btn btn-primary" type="submit" data-busy="One moment…">{{submit}}</button></form>{{/blocked_not}}
    </div>
  </section>
</div>
