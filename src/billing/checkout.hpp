// Checkout pages of Stripe. Private to this module.
#pragma once

#include "billing/billing.hpp"
#include "billing/stripe.hpp"

namespace freehold::billing {

// When a purchase made now is charged for the first time: at the end of the trial that still runs,
// otherwise at once (nothing). A trial with less than two days left is rounded up to whole days,
// because Stripe takes no nearer end. https://docs.stripe.com/payments/checkout/free-trials
std::optional<Instant> first_charge(const Trial& trial, Instant now);
// The same of this plan, which may give a trial of its own to who enters a card: once, to a
// workspace that had none before and never had a subscription.
std::optional<Instant> first_charge(const Trial& trial, const catalog::Plan& plan, bool is_first,
                                    Instant now);

// Writes down the session that Stripe has opened. One that was open before is ordered to expire, so
// that two tabs cannot buy twice.
Task<> keep_checkout(db::ControlTx& tx, std::string session, Instant machine_now);

// Stripe's id of a price of the catalogue. Problem 503 `plans_not_synced`.
Task<std::string> price_id(Billing& billing, const Actor& actor, std::string lookup_key);

// Throws Problem 409 `invoice_unpaid` when something is to be paid first.
void require_nothing_unpaid(const std::vector<Invoice>& invoices);

}  // namespace freehold::billing
