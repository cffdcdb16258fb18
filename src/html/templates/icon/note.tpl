{{%AUTOESCAPE context="HTML"}}
<svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false"><path d="M4 5.5a2 2 0 0 1 2-2h12a2 2 0 0 1 2 2V14l-6 6.5H6a2 2 0 0 1-2-2zM14 20.5V16a2 2 0 0 1 2-2h4M8 8.5h8M8 12.5h4"/></svg>
