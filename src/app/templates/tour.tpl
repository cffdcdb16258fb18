{{%AUTOESCAPE context="HTML"}}
<div class="hero"><h1>Welcome to Freehold</h1><p>Nine things to see, each ticked when you have done it. Everything runs on this machine; no card is charged and no letter leaves it.</p></div>
<section aria-label="Places" class="grid gap-4 sm:grid-cols-2 lg:grid-cols-4">
  {{#places}}<a class="card p-5 block no-underline" href="{{url}}"><span class="flex items-center gap-2 font-medium text-ink">{{>ICON}}{{name}}</span><span class="meta block mt-1">{{text}}</span></a>{{/places}}
</section>
<div class="grid gap-6 mt-8 lg:grid-cols-[minmax(0,2fr)_minmax(0,1fr)] items-start">
  <section class="card card-clip" id="tour-stops" aria-labelledby="stops" hx-get="/tour" hx-trigger="every 4s" hx-select="#tour-stops" hx-swap="outerHTML">
    <div class="px-5 py-3 border-b border-line">
      <h2 class="meter-head" id="stops"><b>The tour</b><span class="tnum">{{done_count}} of {{count}}</span></h2>
      <div class="progress mt-2" role="progressbar" aria-label="The tour" aria-valuemin="0" aria-valuemax="{{count}}" aria-valuenow="{{done_count}}"><svg aria-hidden="true" focusable="false"><rect width="{{percent}}%" height="100%"/></svg></div>
    </div>
    <ol class="divide-y divide-line">
      {{#stops}}<li class="px-5 py-4">
        <h3 class="flex items-center gap-2 font-medium">{{#done}}<span class="tick tick-done">{{>ICON_CHECK}}<span class="sr-only">Done:</span></span>{{/done}}{{#done_not}}<span class="tick tnum">{{number}}</span>{{/done_not}}{{title}}</h3>
        <p class="mt-1 ps-7 text-sm text-ink-2">{{text}}</p>
        <ul class="mt-2 ps-7 text-sm">
          {{#parts}}<li class="flex items-center gap-2 py-0.5">{{#done}}<span class="tick tick-sm tick-done">{{>ICON_CHECK}}<span class="sr-only">Done:</span></span>{{/done}}{{#done_not}}<span class="tick tick-sm"><span class="sr-only">To do:</span></span>{{/done_not}}<span class="min-w-0 break-words{{#is_command}} mono{{/is_command}}">{{text}}</span></li>{{/parts}}
        </ul>
        <p class="mt-2 ps-7 flex flex-wrap gap-x-4 text-sm">{{#links}}<a class="link" href="{{url}}">{{label}}</a>{{/links}}</p>
      </li>{{/stops}}
    </ol>
  </section>
  <section class="card card-clip" aria-labelledby="logins">
    <div class="card-head"><h2 class="card-title" id="logins">Demo log-ins</h2></div>
    <ul class="divide-y divide-line">
      {{#logins}}<li class="px-5 py-3">
        <form method="post" action="/tour/log-in">{{>CSRF}}<input type="hidden" name="email" value="{{email}}">
          <p><b>{{name}}</b>, {{role}} of {{workspace}}</p>
          <p class="meta">{{about}}</p>
          <p class="meta break-all">{{email}}</p>
          <button class="btn btn-secondary btn-sm mt-2" type="submit" data-busy="Logging in…">Log in as {{name}}</button>
        </form>
      </li>{{/logins}}
      <li class="px-5 py-3">
        <form method="post" action="/tour/staff">{{>CSRF}}
          <p><b>Staff</b>, the owner’s own people</p>
          <p class="meta break-all">{{staff_email}}</p>
          <button class="btn btn-secondary btn-sm mt-2" type="submit" data-busy="Logging in…">Open the staff panel</button>
        </form>
      </li>
    </ul>
    <p class="meta px-5 py-3 border-t border-line">Customers’ password, if you would rather type it: <code>{{password}}</code></p>
  </section>
</div>
