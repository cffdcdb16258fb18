#include "simulator/credit_grants.hpp"

#include <fmt/format.h>

#include <map>

#include "core/money.hpp"
#include "simulator/credits.hpp"
#include "simulator/customers.hpp"
#include "simulator/events.hpp"
#include "simulator/lists.hpp"
#include "simulator/pricing.hpp"
#include "simulator/render.hpp"
#include "simulator/test_clocks.hpp"

namespace freehold::simulator {

namespace {

json::object amount_of(const std::string& currency, std::int64_t value) {
  return {{"monetary", json::object{{"currency", currency}, {"value", value}}},
          {"type", "monetary"}};
}

json::object read_amount(const Params& params) {
  const Params amount = params.group("amount");
  amount.need_text("type");
  amount.one_of("type", {"monetary"});
  const Params monetary = amount.group("monetary");
  const std::string currency = monetary.need_text("currency");
  const std::int64_t value = monetary.need_integer("value");
  if (!Currency::parse(currency))
    throw StripeError::parameter({}, monetary.path_of("currency"),
                                 fmt::format("Invalid currency: {}.", currency));
  if (value < 1)
    throw StripeError::parameter("parameter_invalid_integer", monetary.path_of("value"),
                                 "This value must be greater than or equal to 1.");
  return amount_of(currency, value);
}

// Everything that is metered, or some prices that are.
json::object read_scope(const State& state, const Params& params) {
  const Params scope = params.group("applicability_config").group("scope");
  json::array prices;
  for (const Params& one : scope.groups("prices")) {
    const std::string id = one.need_text("id");
    if (!is_metered(state.get(kind::price, id, one.path_of("id")).shown))
      throw StripeError::invalid("Credits are for metered prices only.", one.path_of("id"));
    prices.push_back(json::object{{"id", id}});
  }
  if (!prices.empty()) return {{"scope", json::object{{"prices", std::move(prices)}}}};
  scope.need_text("price_type");
  return {{"scope", json::object{{"price_type", *scope.one_of("price_type", {"metered"})}}}};
}

std::int64_t read_priority(const Params& params) {
  const std::int64_t priority = params.integer("priority").value_or(50);
  if (priority < 0 || priority > 100)
    throw StripeError::invalid("The priority lies between 0 and 100.", "priority");
  return priority;
}

void apply_end(const State& state, const Params& params, json::object& grant) {
  if (!params.has("expires_at")) return;
  const std::int64_t at = params.unsets("expires_at") ? 0 : params.need_integer("expires_at");
  if (params.unsets("expires_at")) params.text("expires_at");
  if (at != 0 && at <= std::max(state.now, number_of(grant, "effective_at")))
    throw StripeError::invalid(
        "Credits must expire in the future, after they have become effective.", "expires_at");
  grant["expires_at"] = number_or_null(at);
}

// Takes what is left, and ends the grant.
void end_grant(State& state, const std::string& id, std::string_view reason) {
  Record& grant = state.store.edit(kind::credit_grant, id);
  grant.hidden["over"] = true;
  if (const std::int64_t left = credit_left(grant); left > 0)
    move_credit(state, id, {.type = "debit", .reason = reason, .amount = left});
}

Record& running_grant(State& state, const std::string& id) {
  if (flag_of(state.get(kind::credit_grant, id, "id").hidden, "over"))
    throw StripeError::invalid("This credit grant has expired or is void already.");
  return state.store.edit(kind::credit_grant, id);
}

// One for each currency; of one grant when `only` names it.
json::array balances_of(const State& state, const std::string& customer,
                        const std::optional<std::string>& only) {
  struct Balance {
    std::int64_t available = 0;
    std::int64_t ledger = 0;
  };
  std::map<std::string, Balance> sums;
  for (const Record* grant : state.store.found(kind::credit_grant, customer)) {
    if (only && grant->id != *only) continue;
    const json::object& granted = object_of(object_of(grant->shown, "amount"), "monetary");
    Balance& sum = sums[text_of(granted, "currency")];
    sum.available += credit_available(state, *grant);
    sum.ledger += credit_left(*grant);
  }
  json::array balances;
  for (const auto& [currency, sum] : sums)
    balances.push_back(json::object{{"available_balance", amount_of(currency, sum.available)},
                                    {"ledger_balance", amount_of(currency, sum.ledger)}});
  return balances;
}

void tell_changes(State& state, Record& grant, const json::object& before) {
  if (grant.shown == before) return;
  grant.shown["updated"] = state.now;
  emit_changes(state, "billing.credit_grant.updated", kind::credit_grant, grant.id, before);
}

}  // namespace

json::value create_credit_grant(State& state, Params& params) {
  const std::string customer = params.need_text("customer");
  live_customer(state, customer, "customer");
  const std::string id = state.new_id("credgr_test_");
  json::object shown{
      {"id", id},
      {"object", kind::credit_grant},
      {"amount", read_amount(params)},
      {"applicability_config", read_scope(state, params)},
      {"category", params.one_of("category", {"paid", "promotional"}).value_or("paid")},
      {"created", state.now},
      {"customer", customer},
      {"customer_account", nullptr},
      {"effective_at", params.integer("effective_at").value_or(state.now)},
      {"expires_at", nullptr},
      {"livemode", false},
      {"metadata", json::object{}},
      {"name", text_or_null(params.text("name").value_or(""))},
      {"priority", read_priority(params)},
      {"test_clock", test_clock_of_customer(state, customer)},
      {"updated", state.now},
      {"voided_at", nullptr}};
  apply_end(state, params, shown);
  apply_metadata(params, shown["metadata"].as_object());
  const std::int64_t value = number_of(object_of(object_of(shown, "amount"), "monetary"), "value");
  state.store.add(kind::credit_grant, id, std::move(shown), {{"left", 0}});
  emit(state, "billing.credit_grant.created", kind::credit_grant, id);
  move_credit(state, id, {.type = "credit", .reason = "credits_granted", .amount = value});
  return render(state, kind::credit_grant, id);
}

json::value retrieve_credit_grant(State& state, Params& params) {
  return render(state, state.get(kind::credit_grant, params.path("id"), "id"));
}

json::value update_credit_grant(State& state, Params& params) {
  Record& grant = running_grant(state, params.path("id"));
  const json::object before = render(state, grant);
  apply_end(state, params, grant.shown);
  apply_metadata(params, grant.shown["metadata"].as_object());
  tell_changes(state, grant, before);
  return render(state, grant);
}

json::value expire_credit_grant(State& state, Params& params) {
  Record& grant = running_grant(state, params.path("id"));
  const json::object before = render(state, grant);
  end_grant(state, grant.id, "credits_expired");
  grant.shown["expires_at"] = state.now;
  tell_changes(state, grant, before);
  return render(state, grant);
}

json::value void_credit_grant(State& state, Params& params) {
  Record& grant = running_grant(state, params.path("id"));
  const json::object before = render(state, grant);
  const json::object& granted = object_of(object_of(grant.shown, "amount"), "monetary");
  if (credit_left(grant) != number_of(granted, "value"))
    throw StripeError::invalid("A credit grant that was used already can only be expired.");
  end_grant(state, grant.id, "credits_voided");
  grant.shown["voided_at"] = state.now;
  tell_changes(state, grant, before);
  return render(state, grant);
}

json::value list_credit_grants(State& state, Params& params) {
  return list_records(state, params, kind::credit_grant, "/v1/billing/credit_grants",
                      member_filter(params, "customer", "customer"),
                      keyed_by(params, {"customer"}));
}

json::value retrieve_credit_summary(State& state, Params& params) {
  const std::string customer = params.need_text("customer");
  live_customer(state, customer, "customer");
  const Params filter = params.group("filter");
  filter.need_text("type");
  filter.one_of("type", {"applicability_scope", "credit_grant"});
  filter.group("applicability_scope").one_of("price_type", {"metered"});
  const auto only = filter.text("credit_grant");
  return json::object{{"object", "billing.credit_balance_summary"},
                      {"balances", balances_of(state, customer, only)},
                      {"customer", customer},
                      {"customer_account", nullptr},
                      {"livemode", false}};
}

json::value retrieve_credit_transaction(State& state, Params& params) {
  return render(state, state.get(kind::credit_transaction, params.path("id"), "id"));
}

json::value list_credit_transactions(State& state, Params& params) {
  const auto customer = params.text("customer");
  const Filter grant = member_filter(params, "credit_grant", "credit_grant");
  return list_records(
      state, params, kind::credit_transaction, "/v1/billing/credit_balance_transactions",
      [&](const Record& move) {
        return (!customer || text_of(move.hidden, "customer") == *customer) && grant(move);
      },
      keyed_by(params, {"credit_grant", "customer"}));
}

std::optional<std::int64_t> credit_grant_due(const Record& grant) {
  if (flag_of(grant.hidden, "over") || !is_set(grant.shown, "expires_at")) return std::nullopt;
  return number_of(grant.shown, "expires_at");
}

void turn_credit_grant(State& state, const std::string& id) {
  end_grant(state, id, "credits_expired");
}

}  // namespace freehold::simulator
