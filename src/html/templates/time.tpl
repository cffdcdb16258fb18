{{%AUTOESCAPE context="HTML"}}
<fh-time{{#relative}} relative{{/relative}}><time datetime="{{at}}">{{at_text}}</time></fh-time>
