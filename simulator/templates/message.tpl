{{%AUTOESCAPE context="HTML"}}
<div class="message">
  <h1>{{heading}}</h1>
  <div class="prose mt-3 text-ink-2"><p>{{text}}</p></div>
  {{#way}}<div class="actions mt-6"><a class="btn btn-primary" href="{{url}}">{{label}}</a></div>{{/way}}
</div>
