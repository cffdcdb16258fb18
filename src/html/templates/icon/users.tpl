{{%AUTOESCAPE context="HTML"}}
<svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false"><circle cx="9" cy="8" r="3.8"/><path d="M2.5 20a6.5 6.5 0 0 1 13 0M15.5 4.5a3.8 3.8 0 0 1 0 7M18 14.3a6.5 6.5 0 0 1 3.5 5.7"/></svg>
