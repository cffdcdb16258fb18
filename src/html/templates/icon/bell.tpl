{{%AUTOESCAPE context="HTML"}}
<svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false"><path d="M6 9a6 6 0 0 1 12 0c0 5 2 6.5 2.6 7.2a.5.5 0 0 1-.4.8H3.8a.5.5 0 0 1-.4-.8C4 15.5 6 14 6 9zM10 20.5a2.2 2.2 0 0 0 4 0"/></svg>
