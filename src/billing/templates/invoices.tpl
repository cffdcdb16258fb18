{{%AUTOESCAPE context="HTML"}}
<div class="page-head"><h1>Invoices</h1></div>
<div class="mt-4">{{#tabs}}{{>TABS}}{{/tabs}}</div>
<section class="card card-clip mt-5" aria-label="Invoices">{{>invoice_table}}</section>
