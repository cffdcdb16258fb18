{{%AUTOESCAPE context="HTML"}}
<svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false"><path d="m4.5 12.5 5 5L19.5 7"/></svg>
