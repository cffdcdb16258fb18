{{%AUTOESCAPE context="HTML"}}
<section class="card" aria-labelledby="clock">
  <div class="card-head"><h2 class="card-title" id="clock">Clock</h2></div>
  <div class="card-body">
    <dl class="facts"><div><dt>Now</dt><dd>{{now}}</dd></div><div><dt>Next event</dt><dd>{{#next}}{{next}}{{/next}}{{#next_not}}Nothing is due{{/next_not}}</dd></div></dl>
    <form class="toolbar mt-4" method="post" action="/clock" aria-label="Advance the clock">
      {{>CSRF}}<input type="hidden" name="return_to" value="{{return_to}}">
      <span class="text-sm text-ink-2">Advance by</span>
      {{#steps}}<button class="btn btn-secondary" type="submit" name="step" value="{{value}}">{{label}}</button>{{/steps}}
      {{#next}}<button class="btn btn-secondary" type="submit" name="step" value="next">to the next event</button>{{/next}}
    </form>
    <form class="toolbar mt-3" method="post" action="/clock" aria-label="Advance the clock by days">
      {{>CSRF}}<input type="hidden" name="return_to" value="{{return_to}}">
      <label class="flex items-center gap-2 text-sm text-ink-2">Days <input class="input input-sm w-24" type="number" name="days" min="1" max="3650" value="14"></label>
      <button class="btn btn-secondary" type="submit" data-busy="Advancing…">Advance clock</button>
    </form>
    <p class="hint mt-3">Trials, renewals, retries and cancellations happen in their order, and each moment's webhooks are delivered before the clock goes on.</p>
  </div>
</section>
