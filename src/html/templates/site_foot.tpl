{{%AUTOESCAPE context="HTML"}}
<footer class="site-foot">
  {{#footer}}<a href="{{url}}">{{label}}</a>{{/footer}}
</footer>
