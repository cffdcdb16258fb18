// Paying an open invoice because a person wants it, now. Private to this module.
#pragma once

#include "billing/billing.hpp"

namespace freehold::billing {

enum class PayOutcome {
  paid,      // also when it was paid already
  declined,  // the bank says no, or there is no card
  asks,      // the bank wants the person to confirm it, on the invoice's hosted page
  away       // Stripe does not answer; nothing is tried again behind the person's back
};

// Charges the card that the invoice would be collected from. The copy is up to date afterwards.
// Problem 404 for an invoice that is not the workspace's.
Task<PayOutcome> pay_invoice(Billing& billing, const Actor& actor, std::string invoice_id);

}  // namespace freehold::billing
