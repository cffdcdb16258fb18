{{%AUTOESCAPE context="HTML"}}
<svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false"><path d="M5 12v.01M12 12v.01M19 12v.01" stroke-width="2.75"/></svg>
