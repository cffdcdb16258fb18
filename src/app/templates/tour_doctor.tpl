{{%AUTOESCAPE context="HTML"}}
<div class="page-head"><h1>Isolation report</h1></div>
{{#safe}}<p class="mt-2 text-ink-2">Nothing was found that would let one workspace reach another’s rows. The server looks at every start, and refuses to serve otherwise.</p>{{/safe}}
{{#safe_not}}<p class="mt-2 text-bad">The database does not keep workspaces apart. A server would refuse to start on it.</p>{{/safe_not}}
<section class="card mt-6" aria-label="Report"><pre class="p-5 overflow-x-auto text-sm" tabindex="0">{{report}}</pre></section>
<p class="mt-4"><a class="link" href="/tour">Back to the tour</a></p>
