#include "billing/books.hpp"

#include <algorithm>
#include <array>

#include "billing/json_fields.hpp"
#include "billing/stripe.hpp"
#include "core/async.hpp"
#include "core/log.hpp"

namespace freehold::billing {
namespace {

using fields::at;
using fields::data_of;
using fields::flag;
using fields::id_of;
using fields::number;
using fields::text;
using fields::time;

constexpr std::size_t most_disputed = 10;  // charges, the newest

std::int64_t amount(const json::value& object, const char* name) {
  return number(at(&object, name)).value_or(0);
}

std::string word(const json::value& object, const char* name) {
  return text(at(&object, name)).value_or("");
}

Instant created(const json::value& object) {
  return time(at(&object, "created")).value_or(Instant{});
}

InvoiceAmounts read_amounts(const json::value& invoice) {
  InvoiceAmounts amounts;
  amounts.stripe_id = word(invoice, "id");
  amounts.from_balance = amount(invoice, "ending_balance") - amount(invoice, "starting_balance");
  amounts.credited_before = amount(invoice, "pre_payment_credit_notes_amount");
  amounts.credited_after = amount(invoice, "post_payment_credit_notes_amount");
  amounts.amount_due = amount(invoice, "amount_due");
  return amounts;
}

Payment read_payment(const json::value& object) {
  return {.stripe_id = word(object, "id"),
          .invoice_id = id_of(at(&object, "invoice")).value_or(""),
          .payment_intent_id = id_of(at(&object, "payment", "payment_intent")),
          .status = word(object, "status"),
          .currency = word(object, "currency"),
          .amount_paid = word(object, "status") == "paid" ? amount(object, "amount_paid") : 0,
          .created_at = created(object),
          .paid_at = time(at(&object, "status_transitions", "paid_at"))};
}

Charge read_charge(const json::value& object) {
  return {.stripe_id = word(object, "id"),
          .customer_id = id_of(at(&object, "customer")).value_or(""),
          .payment_intent_id = id_of(at(&object, "payment_intent")),
          .status = word(object, "status"),
          .currency = word(object, "currency"),
          .amount = amount(object, "amount"),
          .amount_refunded = amount(object, "amount_refunded"),
          .disputed = flag(at(&object, "disputed")),
          .created_at = created(object)};
}

Refund read_refund(const json::value& object) {
  return {.stripe_id = word(object, "id"),
          .charge_id = id_of(at(&object, "charge")).value_or(""),
          .payment_intent_id = id_of(at(&object, "payment_intent")),
          .status = text(at(&object, "status")).value_or("succeeded"),
          .currency = word(object, "currency"),
          .amount = amount(object, "amount"),
          .reason = text(at(&object, "reason")),
          .failure_reason = text(at(&object, "failure_reason")),
          .created_at = created(object)};
}

std::int64_t refunded_by(const json::value& note) {
  std::int64_t sum = 0;
  const json::value* refunds = at(&note, "refunds");
  if (refunds == nullptr || !refunds->is_array()) return 0;
  for (const json::value& each : refunds->get_array()) sum += amount(each, "amount_refunded");
  return sum;
}

// What is neither refunded nor given out of band went to the customer's balance.
CreditNote read_credit_note(const json::value& object) {
  CreditNote note{.stripe_id = word(object, "id"),
                  .invoice_id = id_of(at(&object, "invoice")).value_or(""),
                  .number = text(at(&object, "number")),
                  .status = word(object, "status"),
                  .currency = word(object, "currency"),
                  .total = amount(object, "total"),
                  .pre_payment_amount = amount(object, "pre_payment_amount"),
                  .post_payment_amount = amount(object, "post_payment_amount"),
                  .refunded = refunded_by(object),
                  .to_balance = 0,
                  .out_of_band = amount(object, "out_of_band_amount"),
                  .reason = text(at(&object, "reason")),
                  .created_at = created(object)};
  note.to_balance = note.post_payment_amount - note.refunded - note.out_of_band;
  return note;
}

Dispute read_dispute(const json::value& object) {
  return {.stripe_id = word(object, "id"),
          .charge_id = id_of(at(&object, "charge")).value_or(""),
          .payment_intent_id = id_of(at(&object, "payment_intent")),
          .status = word(object, "status"),
          .reason = word(object, "reason"),
          .currency = word(object, "currency"),
          .amount = amount(object, "amount"),
          .due_by = time(at(&object, "evidence_details", "due_by")),
          .created_at = created(object)};
}

BalanceTransaction read_balance(const json::value& object) {
  return {.stripe_id = word(object, "id"),
          .type = word(object, "type"),
          .currency = word(object, "currency"),
          .amount = amount(object, "amount"),
          .ending_balance = amount(object, "ending_balance"),
          .invoice_id = id_of(at(&object, "invoice")),
          .credit_note_id = id_of(at(&object, "credit_note")),
          .created_at = created(object)};
}

// Access does not depend on these lists: a key that may not read them does not keep a customer from
// being followed.
Task<std::vector<json::value>> list(Stripe& stripe, std::string path, Params params) {
  params.emplace_back("limit", "100");
  try {
    const json::value answer = co_await stripe.get(path, params);
    co_return data_of(answer);
  } catch (const StripeRefusal& refusal) {
    if (refusal.status != 403) throw;
    log::warn("billing.books_incomplete", {{"path", path}, {"reason", refusal.what()}});
  }
  co_return std::vector<json::value>();
}

Task<> fetch_charges(Stripe& stripe, const std::string& customer, Books& books) {
  const Params which{{"customer", customer}, {"expand[]", "data.refunds"}};
  const auto charges = co_await list(stripe, "/v1/charges", which);
  std::vector<std::string> disputed;
  for (const json::value& charge : charges) {
    books.charges.push_back(read_charge(charge));
    if (books.charges.back().disputed) disputed.push_back(books.charges.back().stripe_id);
    const json::value* refunds = at(&charge, "refunds");
    if (refunds == nullptr) continue;
    for (const json::value& refund : data_of(*refunds))
      books.refunds.push_back(read_refund(refund));
  }
  if (disputed.size() > most_disputed) disputed.resize(most_disputed);
  for (const std::string& charge : disputed) {
    const auto disputes = co_await list(stripe, "/v1/disputes", Params{{"charge", charge}});
    for (const json::value& dispute : disputes) books.disputes.push_back(read_dispute(dispute));
  }
}

bool has_credit_notes(const Books& books) {
  return std::ranges::any_of(books.amounts, [](const InvoiceAmounts& of) {
    return of.credited_before != 0 || of.credited_after != 0;
  });
}

bool has_balance(const json::value& customer, const Books& books) {
  if (amount(customer, "balance") != 0) return true;
  return std::ranges::any_of(books.amounts,
                             [](const InvoiceAmounts& of) { return of.from_balance != 0; });
}

}  // namespace

bool is_open(const Dispute& dispute) {
  constexpr std::array closed{"won", "lost", "warning_closed", "prevented"};
  return std::ranges::find(closed, dispute.status) == closed.end();
}

bool takes_money(const Dispute& dispute) {
  return dispute.status == "lost" || (is_open(dispute) && !dispute.status.starts_with("warning_"));
}

bool counts(const Refund& refund) {
  return refund.status != "failed" && refund.status != "canceled";
}

Task<Books> fetch_books(Stripe& stripe, const json::value& customer, const json::value& invoices) {
  const std::string id = text(at(&customer, "id")).value_or("");
  Books books;
  for (const json::value& invoice : data_of(invoices)) {
    books.amounts.push_back(read_amounts(invoice));
    const json::value* payments = at(&invoice, "payments");
    if (payments == nullptr) continue;
    for (const json::value& payment : data_of(*payments))
      books.payments.push_back(read_payment(payment));
  }
  if (flag(at(&customer, "deleted"))) co_return books;
  const bool charged = std::ranges::any_of(
      books.payments, [](const Payment& payment) { return payment.status == "paid"; });
  if (charged) co_await fetch_charges(stripe, id, books);
  if (has_credit_notes(books)) {
    const auto notes = co_await list(stripe, "/v1/credit_notes", Params{{"customer", id}});
    for (const json::value& note : notes) books.credit_notes.push_back(read_credit_note(note));
  }
  if (has_balance(customer, books)) {
    const std::string path = "/v1/customers/" + id + "/balance_transactions";
    const auto balance = co_await list(stripe, path, Params{});
    for (const json::value& each : balance) books.balance.push_back(read_balance(each));
  }
  co_return books;
}

}  // namespace freehold::billing
