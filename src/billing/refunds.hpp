// Giving money back, and taking off what is owed: acts of staff, each a stored command to Stripe
// and an entry of the tenant's audit log. A refund alone never changes a subscription.
#pragma once

#include <string>

#include "billing/billing.hpp"

namespace freehold::billing {

// Both are carried out once for a `key` of the tenant, however often they are ordered: a form's
// key.
struct NewRefund {
  std::string invoice_id;
  std::int64_t amount = 0;  // minor units of the invoice's currency
  std::string reason;       // duplicate, fraudulent, requested_by_customer
  std::string note;         // why, 10 to 500 characters; the customer reads it in the audit log
  std::string key;
};

// To the card that paid. Problem 404 for an invoice that is not there, 422 with what is wrong with
// the fields, 409 `stripe_refused` with Stripe's words.
Task<Ordered> refund_invoice(Billing& billing, const Actor& actor, NewRefund wanted);

// What becomes of the credited amount of a paid invoice; of an open one less is owed.
enum class GiveBack { refund, balance, out_of_band };
BOOST_DESCRIBE_ENUM(GiveBack, refund, balance, out_of_band)

struct NewCreditNote {
  std::string invoice_id;
  std::int64_t amount = 0;
  GiveBack give_back = GiveBack::balance;
  std::string reason;  // duplicate, fraudulent, order_change, product_unsatisfactory
  std::string note;    // as above; it stands on the credit note as well
  std::string key;
};
Task<Ordered> credit_invoice(Billing& billing, const Actor& actor, NewCreditNote wanted);

// Ends the younger of two subscriptions now and refunds what its latest invoice was paid with; the
// other stays as it is. Problem 404 when it is no live subscription of the tenant's, 409
// `only_subscription` when the tenant has no other.
struct NewEnd {
  std::string subscription_id;
  std::string note;
  std::string key;
};
Task<Ordered> end_and_refund(Billing& billing, const Actor& actor, NewEnd wanted);

}  // namespace freehold::billing
