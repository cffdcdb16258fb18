{{%AUTOESCAPE context="HTML"}}
<svg class="spark spark-{{kind}}" width="{{width}}" height="{{height}}" viewBox="0 0 {{width}} {{height}}" role="img" aria-label="{{label}}"><polyline points="{{points}}"/><circle cx="{{end_x}}" cy="{{end_y}}" r="1.9"/></svg>
