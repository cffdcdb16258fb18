{{%AUTOESCAPE context="HTML"}}
<section class="card" aria-labelledby="colours">
  <div class="card-head"><h2 class="card-title" id="colours">Colours</h2><span class="meta">Each token is named for its use and holds in both schemes.</span></div>
  <ul class="card-body grid grid-cols-2 gap-3 text-xs sm:grid-cols-4 lg:grid-cols-6">
    <li><span class="block h-10 rounded-md border border-line bg-canvas"></span>canvas</li>
    <li><span class="block h-10 rounded-md border border-line bg-surface"></span>surface</li>
    <li><span class="block h-10 rounded-md border border-line bg-raised"></span>raised</li>
    <li><span class="block h-10 rounded-md border border-line bg-sunken"></span>sunken</li>
    <li><span class="block h-10 rounded-md bg-line-strong"></span>line-strong</li>
    <li><span class="block h-10 rounded-md bg-control"></span>control</li>
    <li><span class="block h-10 rounded-md bg-ink"></span>ink</li>
    <li><span class="block h-10 rounded-md bg-ink-2"></span>ink-2</li>
    <li><span class="block h-10 rounded-md bg-ink-3"></span>ink-3</li>
    <li><span class="block h-10 rounded-md bg-accent"></span>accent</li>
    <li><span class="block h-10 rounded-md bg-accent-soft"></span>accent-soft</li>
    <li><span class="block h-10 rounded-md bg-ok"></span>ok</li>
    <li><span class="block h-10 rounded-md bg-ok-soft"></span>ok-soft</li>
    <li><span class="block h-10 rounded-md bg-warn"></span>warn</li>
    <li><span class="block h-10 rounded-md bg-warn-soft"></span>warn-soft</li>
    <li><span class="block h-10 rounded-md bg-bad"></span>bad</li>
    <li><span class="block h-10 rounded-md bg-bad-soft"></span>bad-soft</li>
    <li><span class="block h-10 rounded-md border-2 border-accent"></span>focus</li>
  </ul>
</section>
