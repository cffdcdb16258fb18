{{%AUTOESCAPE context="HTML"}}
<div class="secret"><code>{{value}}</code><fh-copy text="{{value}}"><button class="btn btn-secondary btn-sm" type="button" hidden>{{>ICON_COPY}}<span data-label>Copy</span></button></fh-copy></div>
