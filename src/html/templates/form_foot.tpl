{{%AUTOESCAPE context="HTML"}}
<div class="form-foot">
  <button class="btn btn-{{tone}}" type="submit" data-busy="{{busy}}">{{submit}}</button>
  {{#cancel}}<a class="btn btn-ghost" href="{{url}}" data-close>{{label}}</a>{{/cancel}}
</div>
