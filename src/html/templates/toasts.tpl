{{%AUTOESCAPE context="HTML"}}
<div class="toasts" id="toasts" aria-live="polite">{{#chrome}}{{#toast}}{{>TOAST}}{{/toast}}{{/chrome}}</div>
