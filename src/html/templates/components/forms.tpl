{{%AUTOESCAPE context="HTML"}}
<div class="grid gap-4 lg:grid-cols-3">
  <section class="card card-body" aria-labelledby="form-plain">
    <h2 class="card-title mb-4" id="form-plain">Form</h2>
    {{#form_plain}}{{>FORM}}{{/form_plain}}
  </section>
  <section class="card card-body" aria-labelledby="form-wrong">
    <h2 class="card-title mb-4" id="form-wrong">Form with errors</h2>
    {{#form_wrong}}{{>FORM}}{{/form_wrong}}
  </section>
  <section class="card card-body" aria-labelledby="form-more">
    <h2 class="card-title mb-4" id="form-more">Choices, disabled and read-only fields</h2>
    {{#form_more}}{{>FORM}}{{/form_more}}
  </section>
</div>
