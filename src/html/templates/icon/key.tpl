{{%AUTOESCAPE context="HTML"}}
<svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false"><circle cx="8" cy="15.5" r="4.5"/><path d="m11.3 12.3 8.2-8.3M16.5 7l2.8 2.8M14 9.5l1.8 1.8"/></svg>
