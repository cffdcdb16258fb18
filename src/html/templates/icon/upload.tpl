{{%AUTOESCAPE context="HTML"}}
<svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false"><path d="M12 15.5V4M7 9l5-5 5 5M4 18.5v.5a2 2 0 0 0 2 2h12a2 2 0 0 0 2-2v-.5"/></svg>
