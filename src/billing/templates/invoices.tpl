{{%AUTOESCAPE context="HTML"}}
<div class="page-head"><h1>Invoices</h1></div>
{{#tabs}}{{>TABS}}{{/tabs}}
<section class="card card-clip mt-5" aria-label="Invoices">{{>invoice_table}}</section>
