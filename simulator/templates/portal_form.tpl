{{%AUTOESCAPE context="HTML"}}
<h1 class="page-title">{{heading}}</h1>
<section class="card mt-6" aria-label="{{heading}}">
  <div class="card-body">
    <p class="mb-4 text-ink-2">{{text}}</p>
    {{#form}}{{>FORM}}{{/form}}
  </div>
</section>
