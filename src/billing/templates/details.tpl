{{%AUTOESCAPE context="HTML"}}
<div class="page-head">
  <div><h1>Billing details</h1><p class="lede">Who the {{word_workspace}} is on its invoices, and where they are sent.</p></div>
  {{#may}}<div class="page-actions"><form method="post" action="{{portal_url}}">{{>CSRF}}<button class="btn btn-secondary" type="submit" data-busy="One moment…">{{>ICON_EXTERNAL}}Payment portal</button></form></div>{{/may}}
</div>
<div class="mt-4">{{#tabs}}{{>TABS}}{{/tabs}}</div>
<div class="stack mt-5">
  {{#notices}}{{>CALLOUT}}{{/notices}}
  <section class="card" aria-labelledby="details-title">
    <div class="card-head"><h2 class="card-title" id="details-title">On every invoice</h2></div>
    <div class="card-body">
      {{#may}}{{#form}}{{>ERROR_SUMMARY}}
      <form class="form" method="post" action="{{action}}" novalidate>
        {{>CSRF}}
        {{#hidden}}<input type="hidden" name="{{name}}" value="{{value}}">{{/hidden}}
        {{#field_legal_name}}{{>FIELD}}{{/field_legal_name}}
        <div class="grid gap-4 md:grid-cols-2">{{#field_country}}{{>FIELD}}{{/field_country}}{{#field_state}}{{>FIELD}}{{/field_state}}{{#field_line1}}{{>FIELD}}{{/field_line1}}{{#field_line2}}{{>FIELD}}{{/field_line2}}{{#field_postal_code}}{{>FIELD}}{{/field_postal_code}}{{#field_city}}{{>FIELD}}{{/field_city}}</div>
        <div class="grid gap-4 md:grid-cols-2">{{#field_tax_id_type}}{{>FIELD}}{{/field_tax_id_type}}{{#field_tax_id}}{{>FIELD}}{{/field_tax_id}}</div>
        {{#field_po_number}}{{>FIELD}}{{/field_po_number}}
        {{#field_invoice_emails}}{{>FIELD}}{{/field_invoice_emails}}
        {{>FORM_FOOT}}
      </form>{{/form}}{{/may}}
      {{#may_not}}{{#form}}<div class="form">{{#fields}}{{>FIELD}}{{/fields}}<div class="actions"><button class="btn btn-primary" type="button" disabled aria-describedby="why-not">{{>ICON_LOCK}}{{submit}}</button><p class="why" id="why-not">Your role does not allow you to change the billing details. {{who}} can help.</p></div></div>{{/form}}{{/may_not}}
      <p class="hint mt-3">Invoices that are there already keep what they say. <a class="link" href="{{invoices_url}}">Look at them</a></p>
    </div>
  </section>
</div>
