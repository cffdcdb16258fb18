{{%AUTOESCAPE context="HTML"}}
<svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false"><path d="M20.8 3.2 10.5 13.5M20.8 3.2l-6.5 17.6-3.8-7.3-7.3-3.8z"/></svg>
