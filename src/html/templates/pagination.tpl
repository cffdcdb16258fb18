{{%AUTOESCAPE context="HTML"}}
<nav class="pagination" aria-label="Pages">
  <span class="tnum">{{range}}</span>
  <span class="actions">
    {{#previous_url}}<a class="btn btn-secondary btn-sm" href="{{previous_url}}" rel="prev">Previous</a>{{/previous_url}}{{#previous_url_not}}<a class="btn btn-secondary btn-sm" aria-disabled="true" role="link">Previous</a>{{/previous_url_not}}
    {{#next_url}}<a class="btn btn-secondary btn-sm" href="{{next_url}}" rel="next">Next</a>{{/next_url}}{{#next_url_not}}<a class="btn btn-secondary btn-sm" aria-disabled="true" role="link">Next</a>{{/next_url_not}}
  </span>
</nav>
