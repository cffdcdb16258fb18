{{%AUTOESCAPE context="HTML"}}
<svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false"><path d="M3.5 4.5v6.7a2 2 0 0 0 .6 1.4l7.8 7.8a2 2 0 0 0 2.8 0l5.7-5.7a2 2 0 0 0 0-2.8l-7.8-7.8a2 2 0 0 0-1.4-.6H4.5a1 1 0 0 0-1 1zM8 8v.01"/></svg>
