#include "simulator/balance.hpp"

#include <fmt/format.h>

#include "core/money.hpp"
#include "simulator/customers.hpp"
#include "simulator/events.hpp"
#include "simulator/lists.hpp"
#include "simulator/render.hpp"

namespace freehold::simulator {

namespace {

const Record& transaction_of(const State& state, const Params& params) {
  const std::string id = params.path("id");
  const Record& found = state.get(kind::balance_transaction, id, "id");
  if (text_of(found.shown, "customer") != params.path("customerId"))
    throw StripeError::no_such("customer balance transaction", id, "id");
  return found;
}

void apply(const Params& params, json::object& transaction) {
  if (const auto text = params.text("description"))
    transaction["description"] = text_or_null(*text);
  apply_metadata(params, transaction["metadata"].as_object());
}

}  // namespace

std::string change_balance(State& state, const BalanceChange& change) {
  const json::object before = render(state, kind::customer, change.customer);
  json::object& customer = state.store.edit(kind::customer, change.customer).shown;
  const std::int64_t balance = number_of(customer, "balance") + change.amount;
  customer["balance"] = balance;
  if (!is_set(customer, "currency")) customer["currency"] = change.currency;
  const std::string id = state.new_id("cbtxn_1");
  state.store.add(kind::balance_transaction, id,
                  {{"id", id},
                   {"object", "customer_balance_transaction"},
                   {"amount", change.amount},
                   {"checkout_session", nullptr},
                   {"created", state.now},
                   {"credit_note", text_or_null(change.credit_note)},
                   {"currency", change.currency},
                   {"customer", change.customer},
                   {"customer_account", nullptr},
                   {"description", text_or_null(change.description)},
                   {"ending_balance", balance},
                   {"invoice", text_or_null(change.invoice)},
                   {"livemode", false},
                   {"metadata", json::object{}},
                   {"type", change.type}});
  emit_changes(state, "customer.updated", kind::customer, change.customer, before);
  return id;
}

void settle_with_balance(State& state, const std::string& id) {
  json::object& invoice = state.store.edit(kind::invoice, id).shown;
  const std::int64_t start = number_of(invoice, "starting_balance");
  const std::int64_t left = number_of(invoice, "total") + start;
  const std::int64_t end = std::min<std::int64_t>(0, left);
  invoice["ending_balance"] = end;
  if (end != start)
    change_balance(state, {.customer = text_of(invoice, "customer"),
                           .amount = end - start,
                           .currency = text_of(invoice, "currency"),
                           .type = "applied_to_invoice",
                           .invoice = id});
}

void return_to_balance(State& state, const std::string& id) {
  const json::object& invoice = state.store.find(kind::invoice, id)->shown;
  const std::string customer = text_of(invoice, "customer");
  const std::int64_t used =
      number_of(invoice, "ending_balance") - number_of(invoice, "starting_balance");
  if (used == 0 || flag_of(state.store.find(kind::customer, customer)->shown, "deleted")) return;
  change_balance(state, {.customer = customer,
                         .amount = -used,
                         .currency = text_of(invoice, "currency"),
                         .type = "unapplied_from_invoice",
                         .invoice = id});
}

json::value create_balance_transaction(State& state, Params& params) {
  const std::string customer = params.path("id");
  const Record& owner = live_customer(state, customer, "id");
  const std::int64_t amount = params.need_integer("amount");
  const std::string currency = params.need_text("currency");
  if (!Currency::parse(currency))
    throw StripeError::parameter({}, "currency", fmt::format("Invalid currency: {}.", currency));
  const std::string has = text_of(owner.shown, "currency");
  if (!has.empty() && has != currency)
    throw StripeError::invalid(
        fmt::format("The customer's balance is in {}; it cannot change in {}.", has, currency),
        "currency");
  const std::string id = change_balance(
      state, {.customer = customer, .amount = amount, .currency = currency, .type = "adjustment"});
  apply(params, state.store.edit(kind::balance_transaction, id).shown);
  return render(state, kind::balance_transaction, id);
}

json::value retrieve_balance_transaction(State& state, Params& params) {
  return render(state, transaction_of(state, params));
}

json::value update_balance_transaction(State& state, Params& params) {
  const std::string id = transaction_of(state, params).id;
  apply(params, state.store.edit(kind::balance_transaction, id).shown);
  return render(state, kind::balance_transaction, id);
}

json::value list_balance_transactions(State& state, Params& params) {
  const std::string customer = params.path("id");
  state.get(kind::customer, customer, "id");
  const Filter others =
      all_of({member_filter(params, "invoice", "invoice"), time_filter(params, "created")});
  return list_records(
      state, params, kind::balance_transaction,
      fmt::format("/v1/customers/{}/balance_transactions", customer),
      [&](const Record& record) {
        return text_of(record.shown, "customer") == customer && others(record);
      },
      customer);
}

}  // namespace freehold::simulator
