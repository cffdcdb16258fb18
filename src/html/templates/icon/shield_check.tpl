{{%AUTOESCAPE context="HTML"}}
<svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false"><path d="M12 3c2.4 1.7 5 2.6 8 2.8V12c0 4.6-3.2 7.5-8 9-4.8-1.5-8-4.4-8-9V5.8C7 5.6 9.6 4.7 12 3zM8.8 12l2.3 2.3 4.1-4.3"/></svg>
