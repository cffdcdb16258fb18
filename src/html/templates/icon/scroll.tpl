{{%AUTOESCAPE context="HTML"}}
<svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false"><path d="M9 20.5h9.5A2.5 2.5 0 0 0 21 18v-.5a.5.5 0 0 0-.5-.5H12v1a2.5 2.5 0 0 1-5 0V6a2.5 2.5 0 0 0-5 0v1a.5.5 0 0 0 .5.5H7M4.5 3.5h10A2.5 2.5 0 0 1 17 6v11M10.5 8h3M10.5 12h3"/></svg>
