{{%AUTOESCAPE context="HTML"}}
<!-- {{comment}} -->
<form method="post" action="{{action}}" hx-headers='{"X":"{{token}}"}'>{{>CSRF}}
  {{#rows}}<label class="tone-{{tone}}"><input{{>STATE}} name="{{name}}" value="{{value}}"{{#checked}} checked{{/checked}}>{{label}}</label>{{/rows}}
  {{#rows_not}}<p>a < b && c > d</p>{{/rows_not}}
  <title>{{title}}</title><br/>
</form>
