{{%AUTOESCAPE context="HTML"}}
<aside class="split-aside" aria-labelledby="aside-title">
  <div>
    <h2 class="text-sm font-medium text-ink-2" id="aside-title">{{title}}</h2>
    <ul class="points mt-4">
      {{#points}}<li><span class="point-icon">{{>ICON}}</span><div><p class="font-medium">{{title}}</p>{{#text}}<p class="text-sm text-ink-2">{{text}}</p>{{/text}}</div></li>{{/points}}
    </ul>
  </div>
  {{#card}}
  <div class="card card-body">
    <p class="flex items-baseline justify-between gap-4"><b>{{title}}</b><span class="tnum"><b class="font-semibold">{{price}}</b> <span class="meta">{{unit}}</span></span></p>
    <dl class="fact-rows mt-3 pt-3 border-t border-line">{{#rows}}<div><dt>{{label}}</dt><dd>{{value}}</dd></div>{{/rows}}</dl>
  </div>
  {{/card}}
</aside>
