{{%AUTOESCAPE context="HTML"}}
{{#words}}{{#code}}<code class="code-inline">{{code}}</code>{{/code}}{{#code_not}}{{text}}{{/code_not}}{{/words}}
