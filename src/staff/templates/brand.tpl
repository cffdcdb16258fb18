{{%AUTOESCAPE context="HTML"}}
<div class="page-head"><div><h1>Brand</h1><p class="lede">What customers see of you on every page and in every mail.</p></div></div>
<div class="stack mt-4">
  {{#form}}{{>ERROR_SUMMARY}}{{/form}}
  {{#is_legible}}<div class="grid gap-5 lg:grid-cols-2">
  {{#schemes}}
  <section class="card card-body" aria-label="{{name}} pages">
    <h2 class="card-title">{{name}} pages</h2>
    <div class="brand-sample mt-3">
      <svg viewBox="0 0 320 132" role="img" aria-label="A button, a link, a note and a chart in these colours">
        <rect width="320" height="132" rx="8" fill="{{ground}}"/>
        <rect x="16" y="16" width="112" height="32" rx="6" fill="{{accent}}"/>
        <text x="72" y="36" font-size="13" font-weight="500" text-anchor="middle" fill="{{on_accent}}">Save changes</text>
        <text x="144" y="36" font-size="13" fill="{{body}}">or <tspan font-weight="500" fill="{{ink}}">read more</tspan></text>
        <rect x="16" y="64" width="168" height="52" rx="6" fill="{{soft}}"/>
        <text x="28" y="94" font-size="13" fill="{{ink}}">Your trial has begun</text>
        <rect x="208" y="84" width="16" height="32" rx="2" fill="{{chart_soft}}"/><rect x="232" y="68" width="16" height="48" rx="2" fill="{{chart_soft}}"/><rect x="256" y="76" width="16" height="40" rx="2" fill="{{chart}}"/><rect x="280" y="56" width="16" height="60" rx="2" fill="{{chart}}"/>
      </svg>
      <dl class="fact-rows">{{#pairs}}<div><dt>{{what}}</dt><dd class="tnum">{{ratio}}</dd></div>{{/pairs}}</dl>
    </div>
  </section>
  {{/schemes}}
  </div>{{/is_legible}}
  <section class="card card-body" aria-labelledby="brand-title">
    <h2 class="card-title" id="brand-title">{{#is_preview}}A preview: nothing is saved yet{{/is_preview}}{{#is_preview_not}}What it is made of{{/is_preview_not}}</h2>
    {{#form}}<form class="form mt-4 max-w-[36rem]" method="post" action="{{action}}" novalidate>{{>CSRF}}{{#hidden}}<input type="hidden" name="{{name}}" value="{{value}}">{{/hidden}}
      {{#field_name}}{{>FIELD}}{{/field_name}}
      {{#field_logo}}{{>FIELD}}{{/field_logo}}
      <fh-file for="brand-logo"><label class="hint" hidden>Or choose a file: <input type="file" accept="image/svg+xml,image/png,image/jpeg,image/webp"></label></fh-file>
      {{#field_accent}}{{>FIELD}}{{/field_accent}}
      {{#field_accent_dark}}{{>FIELD}}{{/field_accent_dark}}
      {{#field_workspace}}{{>FIELD}}{{/field_workspace}}
      {{#field_workspaces}}{{>FIELD}}{{/field_workspaces}}
      {{#field_mail_from}}{{>FIELD}}{{/field_mail_from}}
      <div class="form-foot"><button class="btn btn-primary" type="submit" data-busy="Saving…">{{submit}}</button><button class="btn btn-secondary" type="submit" name="act" value="preview">Preview</button></div>
    </form>{{/form}}
  </section>
</div>
