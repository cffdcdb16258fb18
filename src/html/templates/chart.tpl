{{%AUTOESCAPE context="HTML"}}
<div class="chart-wrap">
  <svg class="chart" width="100%" height="{{height}}" role="img" aria-labelledby="{{id}}-title {{id}}-text">
    <title id="{{id}}-title">{{title}}</title>
    <desc id="{{id}}-text">{{description}}</desc>
    {{#grid}}<line class="{{#base}}chart-base{{/base}}{{#base_not}}chart-grid{{/base_not}}" x1="0" x2="100%" y1="{{y}}" y2="{{y}}"/>{{/grid}}
    {{#bars}}<rect class="chart-bar chart-bar-{{kind}}" x="{{x}}%" y="{{y}}" width="{{width}}%" height="{{height}}" rx="2"><title>{{label}}: {{value_text}}</title></rect>{{/bars}}
    {{#limit}}<line class="chart-limit" x1="0" x2="100%" y1="{{y}}" y2="{{y}}"/>{{/limit}}
    {{#ticks}}<text{{#now}} class="now"{{/now}} x="{{x}}%" y="{{y}}" text-anchor="{{anchor}}">{{label}}</text>{{/ticks}}
  </svg>
  <svg class="chart" width="{{axis_width}}" height="{{height}}" aria-hidden="true" focusable="false">
    {{#grid}}<text x="{{axis_width}}" y="{{label_y}}" text-anchor="end">{{label}}</text>{{/grid}}
  </svg>
</div>
<div class="legend">
  {{#has_projection}}<span class="legend-key">Measured</span><span class="legend-key legend-projected">Projected</span>{{/has_projection}}
  {{#limit}}<span class="legend-key legend-limit">{{label}}</span>{{/limit}}
  <span class="push">{{note}}</span>
</div>
<details class="disclosure mt-2">
  <summary>{{>ICON_CHEVRON_RIGHT}}Show as table</summary>
  <div class="table-wrap mt-2" role="region" tabindex="0" aria-label="{{title}}, as a table">
    <table class="table">
      <thead><tr><th scope="col">{{label_heading}}</th><th class="num" scope="col">{{value_heading}}</th></tr></thead>
      <tbody>{{#bars}}<tr><th scope="row">{{label}}</th><td class="num">{{value_text}}{{#projected}} (projected){{/projected}}</td></tr>{{/bars}}</tbody>
    </table>
  </div>
</details>
