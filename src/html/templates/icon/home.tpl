{{%AUTOESCAPE context="HTML"}}
<svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false"><path d="M3.5 11 12 3.8l8.5 7.2M5.5 9.5V19a1.5 1.5 0 0 0 1.5 1.5h10a1.5 1.5 0 0 0 1.5-1.5V9.5M10 20.5V15a1 1 0 0 1 1-1h2a1 1 0 0 1 1 1v5.5"/></svg>
