{{%AUTOESCAPE context="HTML"}}
<fieldset id="{{id}}"{{#described_by}} aria-describedby="{{described_by}}"{{/described_by}}>
  <legend class="label">{{label}}{{#optional}} <span class="optional">(optional)</span>{{/optional}}</legend>
  <div class="choices">
    {{#options}}<label class="choice choice-card"><input class="radio" type="radio" id="{{id}}-{{index}}" name="{{name}}" value="{{value}}"{{#chosen}} checked{{/chosen}}{{#disabled}} disabled{{/disabled}}><span>{{label}}{{#hint}}<span class="hint">{{hint}}</span>{{/hint}}</span></label>{{/options}}
  </div>
  {{>FIELD_NOTES}}
</fieldset>
