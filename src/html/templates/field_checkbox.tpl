{{%AUTOESCAPE context="HTML"}}
<div>
  <label class="choice"><input class="check" type="checkbox" id="{{id}}" name="{{name}}" value="{{value}}"{{#checked}} checked{{/checked}}{{>FIELD_STATE}}><span>{{label}}{{#optional}} <span class="meta">(optional)</span>{{/optional}}</span></label>
  {{>FIELD_NOTES}}
</div>
