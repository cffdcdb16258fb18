// What became of the money: payments, charges, refunds, credit notes, disputes and the customer's
// balance, as Stripe has them. Amounts are minor units of the row's currency. How they add up is
// docs/billing-numbers.md.
#pragma once

#include <boost/describe.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/json_fwd.hpp"
#include "core/task.hpp"
#include "core/time.hpp"

namespace freehold::billing {

class Stripe;

// What an invoice says of its money beside what Invoice has.
struct InvoiceAmounts {
  std::string stripe_id;
  std::int64_t from_balance = 0;     // paid by the customer's balance; below zero: added to it
  std::int64_t credited_before = 0;  // by credit notes, of what was still to be paid
  std::int64_t credited_after = 0;   // by credit notes, of what had been paid
  std::int64_t amount_due = 0;
};
BOOST_DESCRIBE_STRUCT(InvoiceAmounts, (),
                      (stripe_id, from_balance, credited_before, credited_after, amount_due))

struct Payment {
  std::string stripe_id;
  std::string invoice_id;
  std::optional<std::string> payment_intent_id;
  std::string status;  // open, paid, canceled
  std::string currency;
  std::int64_t amount_paid = 0;
  Instant created_at;
  std::optional<Instant> paid_at;
};
BOOST_DESCRIBE_STRUCT(Payment, (),
                      (stripe_id, invoice_id, payment_intent_id, status, currency, amount_paid,
                       created_at, paid_at))

struct Charge {
  std::string stripe_id;
  std::string customer_id;
  std::optional<std::string> payment_intent_id;
  std::string status;
  std::string currency;
  std::int64_t amount = 0;
  std::int64_t amount_refunded = 0;  // by all refunds together
  bool disputed = false;             // once and for all
  Instant created_at;
};
BOOST_DESCRIBE_STRUCT(Charge, (),
                      (stripe_id, customer_id, payment_intent_id, status, currency, amount,
                       amount_refunded, disputed, created_at))

struct Refund {
  std::string stripe_id;
  std::string charge_id;
  std::optional<std::string> payment_intent_id;
  std::string status;  // pending, requires_action, succeeded, failed, canceled
  std::string currency;
  std::int64_t amount = 0;
  std::optional<std::string> reason;
  std::optional<std::string> failure_reason;
  Instant created_at;
};
BOOST_DESCRIBE_STRUCT(Refund, (),
                      (stripe_id, charge_id, payment_intent_id, status, currency, amount, reason,
                       failure_reason, created_at))

struct CreditNote {
  std::string stripe_id;
  std::string invoice_id;
  std::optional<std::string> number;
  std::string status;  // issued, void
  std::string currency;
  std::int64_t total = 0;
  std::int64_t pre_payment_amount = 0;
  std::int64_t post_payment_amount = 0;
  std::int64_t refunded = 0;
  std::int64_t to_balance = 0;
  std::int64_t out_of_band = 0;
  std::optional<std::string> reason;
  Instant created_at;
};
BOOST_DESCRIBE_STRUCT(CreditNote, (),
                      (stripe_id, invoice_id, number, status, currency, total, pre_payment_amount,
                       post_payment_amount, refunded, to_balance, out_of_band, reason, created_at))

struct Dispute {
  std::string stripe_id;
  std::string charge_id;
  std::optional<std::string> payment_intent_id;
  std::string status;  // needs_response, under_review, won, lost; warning_… for an inquiry
  std::string reason;
  std::string currency;
  std::int64_t amount = 0;
  std::optional<Instant> due_by;  // until when evidence is taken
  Instant created_at;
};
BOOST_DESCRIBE_STRUCT(Dispute, (),
                      (stripe_id, charge_id, payment_intent_id, status, reason, currency, amount,
                       due_by, created_at))

struct BalanceTransaction {
  std::string stripe_id;
  std::string type;
  std::string currency;
  std::int64_t amount = 0;          // below zero: credit for the customer
  std::int64_t ending_balance = 0;  // after it
  std::optional<std::string> invoice_id;
  std::optional<std::string> credit_note_id;
  Instant created_at;
};
BOOST_DESCRIBE_STRUCT(BalanceTransaction, (),
                      (stripe_id, type, currency, amount, ending_balance, invoice_id,
                       credit_note_id, created_at))

struct Books {
  std::vector<InvoiceAmounts> amounts;
  std::vector<Payment> payments;
  std::vector<Charge> charges;
  std::vector<Refund> refunds;
  std::vector<CreditNote> credit_notes;
  std::vector<Dispute> disputes;
  std::vector<BalanceTransaction> balance;
};

// What is still argued about. Statuses that we do not know are.
bool is_open(const Dispute& dispute);
// Whether the bank has the money: while it is argued about, and when it was lost. An inquiry
// (warning_…) comes before that and takes nothing.
bool takes_money(const Dispute& dispute);
// Whether money goes back, or is on its way.
bool counts(const Refund& refund);

// Of a customer and its latest invoices (with their payments), and whatever else these say that
// there is: one call for the charges when anything was ever charged, one for credit notes and one
// for the balance where there are some, and one for each disputed charge. What the key may not
// read is left out, and the log says so. Throws StripeRefusal and StripeAway.
Task<Books> fetch_books(Stripe& stripe, const json::value& customer, const json::value& invoices);

}  // namespace freehold::billing
