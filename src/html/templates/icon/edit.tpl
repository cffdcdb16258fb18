{{%AUTOESCAPE context="HTML"}}
<svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false"><path d="m14.5 5.5 4 4M4 20l.9-4.2L15.8 4.9a2 2 0 0 1 2.8 0l.5.5a2 2 0 0 1 0 2.8L8.2 19.1z"/></svg>
