#include "simulator/payment_intents.hpp"

#include <fmt/format.h>

#include "core/money.hpp"
#include "simulator/authentication.hpp"
#include "simulator/customers.hpp"
#include "simulator/debits.hpp"
#include "simulator/events.hpp"
#include "simulator/payment_methods.hpp"
#include "simulator/payments.hpp"
#include "simulator/render.hpp"

namespace freehold::simulator {

namespace {

std::int64_t read_amount(const Params& params) {
  const std::int64_t amount = params.need_integer("amount");
  if (amount < 1)
    throw StripeError::parameter("parameter_invalid_integer", "amount",
                                 "This value must be greater than or equal to 1.");
  return amount;
}

// Parameters that say how a browser would confirm it.
void read_manner(const Params& params) {
  const Params automatic = params.group("automatic_payment_methods");
  automatic.boolean("enabled");
  automatic.one_of("allow_redirects", {"always", "never"});
  params.one_of("capture_method", {"automatic", "automatic_async"});
  params.one_of("confirmation_method", {"automatic"});
  params.boolean("off_session");
  params.text("return_url");
  read_mandate(params);
}

void apply(const Params& params, json::object& intent) {
  for (const std::string_view name : {"description", "receipt_email"})
    if (const auto text = params.text(name)) intent[name] = text_or_null(*text);
  if (params.has("setup_future_usage"))
    intent["setup_future_usage"] = text_or_null(
        params.one_of("setup_future_usage", {"off_session", "on_session"}).value_or(""));
  apply_metadata(params, intent["metadata"].as_object());
}

// The payment method of a call: one of the customer's, one of nobody's, or a test token.
std::string read_method(State& state, const Params& params, const std::string& customer) {
  const auto wanted = params.text("payment_method");
  if (!wanted || wanted->empty()) return {};
  const std::string method = take_payment_method(state, *wanted, "payment_method");
  const std::string owner =
      text_of(state.store.find(kind::payment_method, method)->shown, "customer");
  if (!owner.empty() && owner != customer)
    throw StripeError::invalid(
        fmt::format("The payment method {} belongs to another customer.", method),
        "payment_method");
  return method;
}

json::object& waiting(State& state, const std::string& id, std::string_view act) {
  json::object& intent = state.store.edit(kind::payment_intent, id).shown;
  const std::string status = text_of(intent, "status");
  if (status == "succeeded" || status == "canceled" || status == "processing")
    throw StripeError::invalid(
        fmt::format("You cannot {} this PaymentIntent because it has a status of {}.", act, status),
        {}, "payment_intent_unexpected_state");
  return intent;
}

void refuse_invoiced(const State& state, const std::string& id) {
  const Record& intent = state.get(kind::payment_intent, id, "id");
  if (!text_of(intent.hidden, "invoice").empty())
    throw StripeError::invalid(
        "This PaymentIntent belongs to an invoice, which is changed instead.", "id");
}

}  // namespace

json::value create_payment_intent(State& state, Params& params) {
  const std::int64_t amount = read_amount(params);
  const std::string currency = params.need_text("currency");
  if (!Currency::parse(currency))
    throw StripeError::parameter({}, "currency", fmt::format("Invalid currency: {}.", currency));
  const std::string customer = params.text("customer").value_or("");
  if (!customer.empty()) live_customer(state, customer, "customer");
  read_manner(params);
  const std::string id = add_payment_intent(state, customer, amount, currency);
  json::object& intent = state.store.edit(kind::payment_intent, id).shown;
  intent["setup_future_usage"] = nullptr;
  apply(params, intent);
  const std::string method = read_method(state, params, customer);
  if (!method.empty()) {
    intent["payment_method"] = method;
    intent["status"] = "requires_confirmation";
  }
  if (!params.boolean("confirm").value_or(false)) return render(state, kind::payment_intent, id);
  if (method.empty()) params.need_text("payment_method");
  confirm_alone(state, id, method);
  return render(state, kind::payment_intent, id);
}

json::value update_payment_intent(State& state, Params& params) {
  const std::string id = params.path("id");
  refuse_invoiced(state, id);
  json::object& intent = waiting(state, id, "update");
  apply(params, intent);
  if (params.has("amount")) intent["amount"] = read_amount(params);
  const std::string method = read_method(state, params, text_of(intent, "customer"));
  if (!method.empty()) {
    intent["payment_method"] = method;
    intent["status"] = "requires_confirmation";
  }
  return render(state, kind::payment_intent, id);
}

json::value cancel_payment_intent_call(State& state, Params& params) {
  const std::string id = params.path("id");
  refuse_invoiced(state, id);
  waiting(state, id, "cancel");
  const auto reason = params.one_of(
      "cancellation_reason", {"abandoned", "duplicate", "fraudulent", "requested_by_customer"});
  cancel_payment_intent(state, id, reason.value_or(""));
  return render(state, kind::payment_intent, id);
}

void confirm_alone(State& state, const std::string& id, const std::string& method) {
  const auto decline = charge(state, id, method);
  const json::object intent = render(state, kind::payment_intent, id);
  if (decline && !is_authentication(*decline)) {
    StripeError error = card_error(*decline);
    error.objects["charge"] = intent.at("latest_charge");
    error.objects["payment_intent"] = intent;
    error.objects["payment_method"] = object_of(intent, "last_payment_error").at("payment_method");
    error.keeps_changes = true;
    throw error;
  }
  const std::string customer = text_of(intent, "customer");
  const bool is_owned = is_set(state.store.find(kind::payment_method, method)->shown, "customer");
  if (!decline && !customer.empty() && !is_owned && is_set(intent, "setup_future_usage"))
    attach(state, method, customer);
}

}  // namespace freehold::simulator
