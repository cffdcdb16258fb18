{{%AUTOESCAPE context="HTML"}}
<svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false"><path d="M13 2.5 4.2 13.2a.5.5 0 0 0 .4.8H11l-1 7.5 8.8-10.7a.5.5 0 0 0-.4-.8H12z"/></svg>
