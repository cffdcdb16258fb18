{{%AUTOESCAPE context="HTML"}}
<div class="page-head"><h1>Security</h1></div>
<div class="stack stack-lg mt-4">
  <section class="card" aria-labelledby="password-title">
    <div class="card-head"><h2 class="card-title" id="password-title">Password</h2></div>
    <div class="card-body">{{#form}}{{>FORM}}{{/form}}</div>
  </section>
  <section class="card" aria-labelledby="devices-title">
    <div class="card-head"><h2 class="card-title" id="devices-title">Where you are logged in</h2>{{#others}}<form method="post" action="/account/sessions/logout">{{>CSRF}}<button class="btn btn-secondary btn-sm" type="submit" data-busy="Logging out…">Log out other devices</button></form>{{/others}}</div>
    <ul class="rows">
      {{#devices}}
      <li class="row">
        <div><p class="font-medium">{{name}}{{#current}} <span class="badge badge-accent">This device</span>{{/current}}</p><p class="meta">{{ip}} · Last seen {{>TIME}}</p></div>
        {{#current_not}}<form method="post" action="{{end_url}}">{{>CSRF}}<button class="btn btn-ghost btn-sm" type="submit" data-busy="Logging out…">Log out<span class="sr-only"> {{name}}</span></button></form>{{/current_not}}
      </li>
      {{/devices}}
    </ul>
  </section>
</div>
