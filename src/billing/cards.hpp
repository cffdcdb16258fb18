// Another card in the place of the one that is charged: entered at Stripe, set here on every level
// that Stripe charges from, and tried on what is unpaid. Private to this module.
// https://docs.stripe.com/payments/checkout/subscriptions/update-payment-details
#pragma once

#include "billing/billing.hpp"
#include "billing/payments.hpp"

namespace freehold::billing {

// Stripe's page for a card, without a purchase. Problem 503 `stripe_away`.
Task<std::string> open_card_update(Billing& billing, const Actor& actor, std::string slug);
// Writes down which page is open; an earlier one counts no longer.
Task<> keep_card_update(db::ControlTx& tx, std::string session);

enum class CardUpdate {
  none,     // no page is open
  waiting,  // no card was entered yet
  set,      // the new card is charged from now on, and nothing is unpaid
  unpaid,   // it is, but an invoice could not be paid with it
  away      // Stripe does not answer; looking again goes on
};
// What became of the page that is open. A card that was entered there becomes the customer's and
// that of each live subscription, whose own goes before the customer's; then overdue invoices are
// paid with it. Each page leads to that once.
Task<CardUpdate> finish_card_update(Billing& billing, const Actor& actor);

}  // namespace freehold::billing
