{{%AUTOESCAPE context="HTML"}}
<svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false"><path d="M12.5 6h8M12.5 12h8M12.5 18h8M3.5 6.3l1.7 1.7L8.5 4.7M3.5 16.8l1.7 1.7 3.3-3.3"/></svg>
