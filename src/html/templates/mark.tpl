{{%AUTOESCAPE context="HTML"}}
{{#logo}}<img class="mark" src="{{logo}}" alt="">{{/logo}}
{{#logo_not}}<svg class="mark" viewBox="0 0 32 32" aria-hidden="true" focusable="false"><rect class="mark-ground" width="32" height="32" rx="8"/><path class="mark-letter" d="M10 24V10.5C10 9.1 11.1 8 12.5 8H23v4h-9v3h7.5v4H14v5z"/></svg>{{/logo_not}}
