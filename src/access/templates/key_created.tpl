{{%AUTOESCAPE context="HTML"}}
<div class="page-head"><h1>Your new key</h1></div>
<section class="card card-body mt-4 stack" aria-labelledby="secret-title">
  <h2 class="card-title" id="secret-title">{{name}}</h2>
  <p class="text-sm text-ink-2">Copy it now. It is shown this once and cannot be shown again: only a fingerprint of it is kept.</p>
  {{>SECRET}}
  <dl class="fact-rows"><div><dt>Role</dt><dd>{{role_label}}</dd></div><div><dt>Expires</dt><dd>{{expires}}</dd></div></dl>
  <div>
    <h3 class="text-sm font-medium">First call</h3>
    <pre class="code mt-2" tabindex="0" aria-label="First call with this key">{{example:pre_escape}}</pre>
  </div>
  <form class="form" method="get" action="{{done_url}}">
    <label class="choice"><input class="check" type="checkbox" name="stored" value="1" required><span>I have stored this key</span></label>
    <div class="form-foot"><button class="btn btn-primary" type="submit">Done</button></div>
  </form>
</section>
