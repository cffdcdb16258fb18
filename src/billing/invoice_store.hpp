// Keeping what stands on invoices. Private to this module.
#pragma once

#include "billing/billing.hpp"
#include "billing/invoices.hpp"

namespace freehold::billing {

// From Stripe's list of a customer's invoices.
void add_invoice_details(Truth& truth, const json::value& list);

// Stripe's lists carry ten lines of an invoice. Fetches the others of those that we do not have for
// good; lines that are known are left out, and store_details leaves them as they are.
Task<> complete_lines(Billing& billing, TenantId tenant, Truth& truth);

// After the invoices themselves, which the rows belong to.
Task<> store_details(db::ControlTx& tx, const std::vector<InvoiceDetail>& details);

// Emits invoice.paid for each invoice whose payment was not told yet. Nothing is told of invoices
// of nothing, nor of those that were paid before this customer was ours.
Task<> tell_paid(db::ControlTx& tx);

}  // namespace freehold::billing
