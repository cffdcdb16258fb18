{{%AUTOESCAPE context="HTML"}}
<fh-toast class="toast toast-{{kind}}" role="{{role}}">
  {{>ICON}}
  <span class="toast-text">{{text}}{{#request_id}} <span class="mono muted">{{request_id}}</span>{{/request_id}}</span>
  {{#action}}<a class="btn btn-ghost btn-sm" href="{{url}}">{{label}}</a>{{/action}}
  <button class="btn btn-ghost btn-icon btn-sm" type="button" data-dismiss hidden aria-label="Dismiss">{{>ICON_X}}</button>
</fh-toast>
