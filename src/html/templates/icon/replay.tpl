{{%AUTOESCAPE context="HTML"}}
<svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false"><path d="M4 4.5v5h5M4.5 9.5A8.5 8.5 0 1 1 3.6 14"/></svg>
