{{%AUTOESCAPE context="HTML"}}
<svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false"><path d="M6 21V5a2 2 0 0 1 2-2h6a2 2 0 0 1 2 2v16M16 9h2.5A1.5 1.5 0 0 1 20 10.5V21M3 21h18M9.5 7h3M9.5 11h3M9.5 15h3"/></svg>
