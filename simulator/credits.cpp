#include "simulator/credits.hpp"

#include <algorithm>
#include <limits>
#include <tuple>

#include "simulator/discounts.hpp"
#include "simulator/events.hpp"
#include "simulator/pricing.hpp"

namespace freehold::simulator {

namespace {

const json::object& monetary(const json::object& amount) {
  return object_of(object_of(amount, "amount"), "monetary");
}

// Those that are used first come first: by priority, by their end, given before paid.
// https://docs.stripe.com/billing/subscriptions/usage-based/billing-credits#grant-priority
std::vector<const Record*> usable_grants(const State& state, const json::object& invoice) {
  std::vector<const Record*> grants;
  for (const Record* grant : state.store.found(kind::credit_grant, text_of(invoice, "customer")))
    if (credit_available(state, *grant) > 0 &&
        text_of(monetary(grant->shown), "currency") == text_of(invoice, "currency"))
      grants.push_back(grant);
  const auto rank = [](const Record* grant) {
    return std::tuple(
        number_of(grant->shown, "priority"),
        number_of(grant->shown, "expires_at", std::numeric_limits<std::int64_t>::max()),
        text_of(grant->shown, "category") == "paid", number_of(grant->shown, "effective_at"),
        grant->order);
  };
  std::sort(grants.begin(), grants.end(),
            [&](const Record* one, const Record* other) { return rank(one) < rank(other); });
  return grants;
}

bool covers(const State& state, const Record& grant, const json::object& line) {
  const std::string id = text_of(object_of(object_of(line, "pricing"), "price_details"), "price");
  const Record* price = state.store.find(kind::price, id);
  if (price == nullptr || !is_metered(price->shown)) return false;
  const json::array& prices =
      array_of(object_of(object_of(grant.shown, "applicability_config"), "scope"), "prices");
  return prices.empty() || std::any_of(prices.begin(), prices.end(), [&](const json::value& one) {
           return text_of(one.get_object(), "id") == id;
         });
}

std::int64_t payable(const json::object& line) {
  return number_of(line, "amount") - total_taken(array_of(line, "discount_amounts")) -
         credits_on(array_of(line, "pretax_credit_amounts"));
}

void apply_to_line(State& state, const Record& grant, Record& invoice, json::object& line) {
  const std::int64_t amount = std::min(payable(line), credit_available(state, grant));
  if (amount <= 0 || !covers(state, grant, line)) return;
  const std::string transaction = move_credit(state, grant.id,
                                              {.type = "debit",
                                               .reason = "credits_applied",
                                               .amount = amount,
                                               .invoice = invoice.id,
                                               .line = text_of(line, "id")});
  const json::object taken{{"amount", amount},
                           {"credit_balance_transaction", transaction},
                           {"type", "credit_balance_transaction"}};
  line["pretax_credit_amounts"].as_array().push_back(taken);
  invoice.shown["total_pretax_credit_amounts"].as_array().push_back(taken);
}

}  // namespace

std::int64_t credit_left(const Record& grant) {
  return number_of(grant.hidden, "left");
}

std::int64_t credit_available(const State& state, const Record& grant) {
  return number_of(grant.shown, "effective_at") <= state.now ? credit_left(grant) : 0;
}

std::string move_credit(State& state, const std::string& grant_id, const CreditMove& move) {
  Record& grant = state.store.edit(kind::credit_grant, grant_id);
  const bool comes_in = move.type == "credit";
  grant.hidden["left"] = credit_left(grant) + (comes_in ? move.amount : -move.amount);
  const json::value about =
      move.invoice.empty()
          ? json::value(nullptr)
          : json::value(json::object{{"invoice", move.invoice}, {"invoice_line_item", move.line}});
  const json::object amount{
      {"monetary",
       json::object{{"currency", monetary(grant.shown).at("currency")}, {"value", move.amount}}},
      {"type", "monetary"}};
  const std::string id = state.new_id("cbtxn_1");
  json::object shown{{"id", id},
                     {"object", kind::credit_transaction},
                     {"created", state.now},
                     {"credit", nullptr},
                     {"credit_grant", grant_id},
                     {"debit", nullptr},
                     {"effective_at", std::max(state.now, number_of(grant.shown, "effective_at"))},
                     {"livemode", false},
                     {"test_clock", grant.shown.at("test_clock")},
                     {"type", move.type}};
  shown[move.type] =
      json::object{{"amount", amount},
                   {comes_in ? "credits_application_invoice_voided" : "credits_applied", about},
                   {"type", move.reason}};
  state.store.add(kind::credit_transaction, id, std::move(shown),
                  {{"customer", grant.shown.at("customer")}});
  emit(state, "billing.credit_balance_transaction.created", kind::credit_transaction, id);
  return id;
}

bool apply_credits(State& state, Record& invoice) {
  for (const Record* grant : usable_grants(state, invoice.shown))
    for (json::value& line : invoice.shown["lines"].as_object()["data"].as_array())
      apply_to_line(state, *grant, invoice, line.as_object());
  return !array_of(invoice.shown, "total_pretax_credit_amounts").empty();
}

void return_credits(State& state, const std::string& invoice) {
  const json::object shown = state.store.find(kind::invoice, invoice)->shown;
  for (const json::value& taken : array_of(shown, "total_pretax_credit_amounts")) {
    const Record& used = *state.store.find(
        kind::credit_transaction, text_of(taken.get_object(), "credit_balance_transaction"));
    const std::string grant_id = text_of(used.shown, "credit_grant");
    const Record& grant = *state.store.find(kind::credit_grant, grant_id);
    if (flag_of(grant.hidden, "over")) continue;  // it has ended meanwhile
    const json::object& about = object_of(object_of(used.shown, "debit"), "credits_applied");
    move_credit(state, grant_id,
                {.type = "credit",
                 .reason = "credits_application_invoice_voided",
                 .amount = number_of(taken.get_object(), "amount"),
                 .invoice = invoice,
                 .line = text_of(about, "invoice_line_item")});
  }
}

std::int64_t credits_on(const json::array& pretax_credit_amounts) {
  return total_taken(pretax_credit_amounts);
}

}  // namespace freehold::simulator
