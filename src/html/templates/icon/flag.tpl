{{%AUTOESCAPE context="HTML"}}
<svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false"><path d="M5 21V4.5M5 5c5-3 8.5 2.5 14-.5v9.5c-5.5 3-9-2.5-14 .5"/></svg>
