{{%AUTOESCAPE context="HTML"}}
<svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false"><path d="m12 14.5 4-4.5M5 19a9.5 9.5 0 1 1 14 0"/></svg>
