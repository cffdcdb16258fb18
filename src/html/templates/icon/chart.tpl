{{%AUTOESCAPE context="HTML"}}
<svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false"><path d="M3.5 20.5h17M7 16.5v-5M12 16.5V5M17 16.5v-8"/></svg>
