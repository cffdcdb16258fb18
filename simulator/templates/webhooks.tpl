{{%AUTOESCAPE context="HTML"}}
<div class="page-head"><h1>Webhooks</h1></div>
<div class="stack stack-lg mt-6">
<section class="card" aria-labelledby="endpoints">
  <div class="card-head"><h2 class="card-title" id="endpoints">Endpoints</h2></div>
  <div class="card-body">
    {{#no_endpoints}}<p class="muted">None. The product creates one through the API.</p>{{/no_endpoints}}
    {{#no_endpoints_not}}<ul class="stack">{{#endpoints}}<li><span class="mono">{{url}}</span> <span class="muted">{{status}}</span></li>{{/endpoints}}</ul>{{/no_endpoints_not}}
  </div>
</section>
<section class="card card-clip" aria-labelledby="deliveries">
  <div class="card-head"><h2 class="card-title" id="deliveries">Deliveries</h2></div>
  {{#no_deliveries}}<div class="empty"><p class="empty-title">Nothing was delivered yet</p><p class="empty-text">Each event is delivered to the endpoints that want it.</p></div>{{/no_deliveries}}
  {{#no_deliveries_not}}
  <div class="table-wrap" role="region" tabindex="0" aria-label="Deliveries, table">
    <table class="table">
      <thead><tr><th scope="col">Event</th><th scope="col">Created</th><th scope="col">Status</th><th scope="col">Attempts</th></tr></thead>
      <tbody>
        {{#deliveries}}
        <tr>
          <th scope="row">{{type}} <span class="sub mono">{{event}}</span></th>
          <td class="tnum">{{at_text}}</td>
          <td>{{#status}}{{>BADGE}}{{/status}}</td>
          <td>{{#no_attempts}}<span class="muted">None</span>{{/no_attempts}}{{#no_attempts_not}}<ol class="stack">{{#attempts}}<li class="text-sm"><span class="tone-{{tone}}">{{result}}</span> <span class="muted">{{at_text}}, {{milliseconds}} ms</span></li>{{/attempts}}</ol>{{/no_attempts_not}}</td>
        </tr>
        {{/deliveries}}
      </tbody>
    </table>
  </div>
  {{/no_deliveries_not}}
</section>
</div>
