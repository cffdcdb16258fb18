{{%AUTOESCAPE context="HTML"}}
{{#invoices}}{{#first}}<div class="table-wrap" role="region" tabindex="0" aria-label="Invoices, table"><table class="table table-stack"><thead><tr><th scope="col">Number</th><th scope="col">Date</th><th scope="col">Status</th><th scope="col" class="num">Amount</th><th scope="col"><span class="sr-only">Open</span></th></tr></thead><tbody>{{/first}}
<tr><th scope="row" class="font-medium">{{number}}</th><td data-label="Date">{{>TIME}}</td><td data-label="Status">{{#badge}}{{>BADGE}}{{/badge}}</td><td class="num tnum" data-label="Amount">{{amount}}</td><td class="actions-cell">{{#open}}<a class="btn btn-{{kind}} btn-sm" href="{{url}}">{{label}}<span class="sr-only"> invoice {{number}}</span></a>{{/open}}</td></tr>
{{#last}}</tbody></table></div>{{/last}}{{/invoices}}
{{#invoices_not}}<div class="empty">{{>ICON_RECEIPT}}<p class="empty-title">No invoices yet</p><p class="empty-text">The first one appears with the first charge.</p></div>{{/invoices_not}}
