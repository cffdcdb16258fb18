{{%AUTOESCAPE context="HTML"}}
{{#is_checkbox}}{{>FIELD_CHECKBOX}}{{/is_checkbox}}
{{#is_radios}}{{>FIELD_RADIOS}}{{/is_radios}}
{{#is_labelled}}
<div>
  <div class="label-row"><label class="label" for="{{id}}">{{label}}{{#optional}} <span class="optional">(optional)</span>{{/optional}}</label>{{#is_password}}<fh-reveal for="{{id}}"><button class="btn-link" type="button" hidden>Show</button></fh-reveal>{{/is_password}}</div>
  {{#is_input}}{{>FIELD_INPUT}}{{/is_input}}
  {{#is_select}}
  <select class="select" id="{{id}}" name="{{name}}"{{>FIELD_STATE}}>
    {{#options}}<option value="{{value}}"{{#chosen}} selected{{/chosen}}>{{label}}</option>{{/options}}
  </select>
  {{/is_select}}
  {{#is_textarea}}<textarea class="textarea" id="{{id}}" name="{{name}}" rows="{{rows}}"{{>FIELD_STATE}}>
{{value:pre_escape}}</textarea>{{/is_textarea}}
  {{>FIELD_NOTES}}
</div>
{{/is_labelled}}
