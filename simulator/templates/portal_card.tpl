{{%AUTOESCAPE context="HTML"}}
<h1 class="page-title">{{heading}}</h1>
<section class="card mt-6" aria-label="{{heading}}">
  <div class="card-body">
    <p class="mb-4 text-ink-2">The card is charged for everything from now on.</p>
    {{#form}}{{>card_form}}{{/form}}
  </div>
</section>
