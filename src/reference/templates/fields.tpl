{{%AUTOESCAPE context="HTML"}}
<div class="table-wrap" role="region" tabindex="0" aria-label="{{caption}}, table">
  <table class="table table-stack">
    <thead><tr><th scope="col">{{heading}}</th><th scope="col">Type</th><th scope="col">Meaning</th></tr></thead>
    <tbody>
      {{#rows}}
      <tr>
        <th scope="row"><span class="mono break-all">{{name}}</span>{{#note}} <span class="sub block">{{note}}</span>{{/note}}</th>
        <td data-label="Type"><span>{{type}}</span></td>
        <td class="whitespace-normal">{{>words}}</td>
      </tr>
      {{/rows}}
    </tbody>
  </table>
</div>
