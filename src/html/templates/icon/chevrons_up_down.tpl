{{%AUTOESCAPE context="HTML"}}
<svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false"><path d="m7.5 15 4.5 4.5 4.5-4.5M7.5 9 12 4.5 16.5 9"/></svg>
