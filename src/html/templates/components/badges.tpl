{{%AUTOESCAPE context="HTML"}}
<section class="card card-body" aria-labelledby="badges">
  <h2 class="card-title" id="badges">Badges, words, chips, keys</h2>
  <p class="actions mt-3">{{#badges}}{{>BADGE}}{{/badges}}</p>
  <p class="actions mt-3 text-sm">
    <span class="word tone-ok"><span class="dot"></span>Healthy</span>
    <span class="word tone-warn"><span class="dot"></span>At risk</span>
    <span class="word tone-bad"><span class="dot"></span>Critical</span>
    <span class="badge">{{>ICON_LOCK}}Business</span>
  </p>
  <div class="actions mt-3">
    <span class="chip"><span class="chip-text"><span class="chip-field">Plan</span> is not <b>Free</b></span><a class="chip-remove" href="#badges" aria-label="Remove filter: plan is not Free">{{>ICON_X}}</a></span>
    <span class="chip"><span class="chip-text"><span class="chip-field">Role</span> is <b>Owner</b></span><a class="chip-remove" href="#badges" aria-label="Remove filter: role is Owner">{{>ICON_X}}</a></span>
    <a class="btn btn-ghost btn-sm" href="#badges">Clear filters</a>
  </div>
  <p class="actions mt-3 text-sm"><kbd class="kbd">Ctrl</kbd><kbd class="kbd">K</kbd> opens the palette, <kbd class="kbd">?</kbd> the list of keys</p>
  <p class="actions mt-3">{{#sparks}}{{>SPARKLINE}}{{/sparks}}</p>
</section>
