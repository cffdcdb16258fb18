{{%AUTOESCAPE context="HTML"}}
{{#prefix}}<div class="affix"><span class="affix-text" aria-hidden="true">{{prefix}}</span>{{/prefix}}<input class="input" id="{{id}}" name="{{name}}" type="{{type}}" value="{{value}}"{{#inputmode}} inputmode="{{inputmode}}"{{/inputmode}}{{#placeholder}} placeholder="{{placeholder}}"{{/placeholder}}{{>FIELD_STATE}}>{{#prefix}}</div>{{/prefix}}
