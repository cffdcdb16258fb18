#include "simulator/refunds.hpp"

#include <fmt/format.h>

#include "core/money.hpp"
#include "simulator/disputes.hpp"
#include "simulator/events.hpp"
#include "simulator/lists.hpp"
#include "simulator/render.hpp"
#include "simulator/test_clocks.hpp"

namespace freehold::simulator {

namespace {

// https://docs.stripe.com/testing#refunds: this card's refunds succeed and fail some time later.
constexpr std::string_view refusing_card = "4000000000005126";
constexpr std::int64_t until_refused = 3600;

bool is_refused_later(const State& state, const json::object& charge) {
  const Record* method = state.store.find(kind::payment_method, text_of(charge, "payment_method"));
  return method != nullptr && text_of(method->hidden, "number") == refusing_card;
}

std::string charge_of(const State& state, const Params& params) {
  const auto charge = params.text("charge");
  const auto intent = params.text("payment_intent");
  if (charge.has_value() == intent.has_value())
    throw StripeError::invalid(
        "One of the following params should be provided for this request: payment_intent or "
        "charge.");
  if (charge) return state.get(kind::charge, *charge, "charge").id;
  const json::object& shown = state.get(kind::payment_intent, *intent, "payment_intent").shown;
  if (text_of(shown, "status") != "succeeded")
    throw StripeError::invalid(
        fmt::format("This PaymentIntent ({}) does not have a successful charge to refund.",
                    *intent),
        "payment_intent");
  return text_of(shown, "latest_charge");
}

void check_amount(const json::object& charge, std::int64_t amount, bool is_charged_back) {
  const std::int64_t left = number_of(charge, "amount") - number_of(charge, "amount_refunded");
  const std::string id = text_of(charge, "id");
  if (!flag_of(charge, "paid"))
    throw StripeError::invalid(fmt::format("Charge {} was not paid.", id), "charge");
  if (is_charged_back)
    throw StripeError::invalid(
        fmt::format("Charge {} has been charged back; cannot issue a refund.", id), {},
        "charge_disputed");
  if (left == 0)
    throw StripeError::invalid(fmt::format("Charge {} has already been refunded.", id), {},
                               "charge_already_refunded");
  const auto text = [&](std::int64_t minor) {
    return format_money(
        {.minor = minor,
         .currency = Currency::parse(text_of(charge, "currency")).value_or(Currency::usd())});
  };
  if (amount > left)
    throw StripeError::invalid(
        fmt::format("Refund amount ({}) is greater than unrefunded amount on charge ({})",
                    text(amount), text(left)),
        "amount");
}

void change_refunded(State& state, const std::string& id, std::int64_t by) {
  json::object& charge = state.store.edit(kind::charge, id).shown;
  const std::int64_t refunded = number_of(charge, "amount_refunded") + by;
  charge["amount_refunded"] = refunded;
  charge["refunded"] = refunded == number_of(charge, "amount");
}

}  // namespace

std::string add_refund(State& state, const NewRefund& wanted) {
  const json::object charge = state.store.find(kind::charge, wanted.charge)->shown;
  const std::int64_t left = number_of(charge, "amount") - number_of(charge, "amount_refunded");
  const std::int64_t amount = wanted.amount == 0 ? left : wanted.amount;
  check_amount(charge, amount, is_withdrawn(state, *state.store.find(kind::charge, wanted.charge)));
  const std::string id = state.new_id("re_3");
  json::object hidden{{"test_clock", test_clock_of_customer(state, text_of(charge, "customer"))}};
  if (is_refused_later(state, charge)) hidden["fails_at"] = state.now + until_refused;
  state.store.add(kind::refund, id,
                  {{"id", id},
                   {"object", "refund"},
                   {"amount", amount},
                   {"balance_transaction", nullptr},
                   {"charge", wanted.charge},
                   {"created", state.now},
                   {"currency", charge.at("currency")},
                   {"customer", charge.at("customer")},
                   {"customer_account", nullptr},
                   {"metadata", wanted.metadata},
                   {"payment_intent", charge.at("payment_intent")},
                   {"payment_method", charge.at("payment_method")},
                   {"reason", text_or_null(wanted.reason)},
                   {"receipt_number", nullptr},
                   {"source_transfer_reversal", nullptr},
                   {"status", "succeeded"},
                   {"transfer_reversal", nullptr}},
                  std::move(hidden));
  change_refunded(state, wanted.charge, amount);
  emit(state, "refund.created", kind::refund, id);
  emit_changes(state, "charge.refunded", kind::charge, wanted.charge, charge);
  return id;
}

json::value create_refund(State& state, Params& params) {
  NewRefund wanted{.charge = charge_of(state, params)};
  if (const auto amount = params.integer("amount")) {
    if (*amount < 1)
      throw StripeError::parameter("parameter_invalid_integer", "amount",
                                   "This value must be greater than or equal to 1.");
    wanted.amount = *amount;
  }
  wanted.reason =
      params.one_of("reason", {"duplicate", "fraudulent", "requested_by_customer"}).value_or("");
  apply_metadata(params, wanted.metadata);
  return render(state, kind::refund, add_refund(state, wanted));
}

json::value retrieve_refund(State& state, Params& params) {
  return render(state, state.get(kind::refund, params.path("id"), "id"));
}

json::value update_refund(State& state, Params& params) {
  const std::string id = params.path("id");
  const json::object before = render(state, state.get(kind::refund, id, "id"));
  apply_metadata(params, state.store.edit(kind::refund, id).shown["metadata"].as_object());
  emit_changes(state, "refund.updated", kind::refund, id, before);
  return render(state, kind::refund, id);
}

json::value list_refunds(State& state, Params& params) {
  return list_records(state, params, kind::refund, "/v1/refunds",
                      all_of({member_filter(params, "charge", "charge"),
                              member_filter(params, "payment_intent", "payment_intent"),
                              time_filter(params, "created")}),
                      keyed_by(params, {"charge", "payment_intent"}));
}

json::object refunds_of(const State& state, const std::string& charge) {
  json::array data;
  for (const Record* refund : state.store.found(kind::refund, charge))
    data.insert(data.begin(), render(state, *refund));
  return list_object(std::move(data), fmt::format("/v1/charges/{}/refunds", charge));
}

std::optional<std::int64_t> refund_due(const Record& refund) {
  if (!is_set(refund.hidden, "fails_at")) return std::nullopt;
  return number_of(refund.hidden, "fails_at");
}

void turn_refund(State& state, const std::string& id) {
  Record& refund = state.store.edit(kind::refund, id);
  refund.hidden["fails_at"] = nullptr;
  refund.shown["status"] = "failed";
  refund.shown["failure_reason"] = "expired_or_canceled_card";
  const std::string charge = text_of(refund.shown, "charge");
  const json::object before = render(state, kind::charge, charge);
  change_refunded(state, charge, -number_of(refund.shown, "amount"));
  emit(state, "refund.failed", kind::refund, id);
  emit(state, "charge.refund.updated", kind::refund, id);
  emit_changes(state, "charge.updated", kind::charge, charge, before);
}

}  // namespace freehold::simulator
