#include "simulator/authentication.hpp"

#include <fmt/format.h>

#include "simulator/customers.hpp"
#include "simulator/debits.hpp"
#include "simulator/events.hpp"
#include "simulator/invoices.hpp"
#include "simulator/payment_intents.hpp"
#include "simulator/payment_methods.hpp"
#include "simulator/render.hpp"
#include "simulator/setup_intents.hpp"
#include "simulator/subscriptions.hpp"

namespace freehold::simulator {

namespace {

std::string invoice_of(const State& state, const std::string& intent) {
  return text_of(state.store.find(kind::payment_intent, intent)->hidden, "invoice");
}

void refuse_payment(State& state, const std::string& id, const std::string& invoice) {
  json::object& intent = state.store.edit(kind::payment_intent, id).shown;
  const std::string method = text_of(intent, "payment_method");
  intent["status"] = "requires_payment_method";
  intent["next_action"] = nullptr;
  intent["payment_method"] = nullptr;
  intent["last_payment_error"] =
      json::object{{"code", "payment_intent_authentication_failure"},
                   {"message",
                    "The provided PaymentMethod has failed authentication. You can provide "
                    "payment_method_data or a new PaymentMethod to attempt to fulfill this "
                    "PaymentIntent again."},
                   {"payment_method", render(state, kind::payment_method, method)},
                   {"type", "invalid_request_error"}};
  emit(state, "payment_intent.payment_failed", kind::payment_intent, id);
  if (invoice.empty()) return;
  const json::object& shown = state.store.find(kind::invoice, invoice)->shown;
  set_delinquent(state, text_of(shown, "customer"), true);
  emit(state, "invoice.payment_failed", kind::invoice, invoice);
  invoice_failed(state, subscription_of(shown));
}

}  // namespace

bool asks_for_authentication(const State& state, const std::string& payment_method) {
  const Record& method = *state.store.find(kind::payment_method, payment_method);
  const TestCard* card = find_card(text_of(method.hidden, "number"));
  if (state.authenticated || card == nullptr) return false;
  if (card->challenge == Challenge::always) return true;
  return card->challenge == Challenge::until_set_up && !flag_of(method.hidden, "set_up");
}

Decline require_authentication(State& state, const std::string& id, const std::string& method) {
  json::object& intent = state.store.edit(kind::payment_intent, id).shown;
  intent["status"] = "requires_action";
  intent["payment_method"] = method;
  intent["last_payment_error"] = nullptr;
  intent["next_action"] =
      json::object{{"redirect_to_url",
                    json::object{{"return_url", nullptr},
                                 {"url", fmt::format("{}/authenticate/{}", state.base_url, id)}}},
                   {"type", "redirect_to_url"}};
  emit(state, "payment_intent.requires_action", kind::payment_intent, id);
  return *find_decline("authentication_required");
}

bool is_authentication(const Decline& decline) {
  return decline.code == "authentication_required";
}

void answer_challenge(State& state, const std::string& id, bool approved) {
  if (id.starts_with("seti_")) return answer_setup_challenge(state, id, approved);
  const json::object intent = state.get(kind::payment_intent, id, "id").shown;
  const std::string invoice = invoice_of(state, id);
  if (text_of(intent, "status") != "requires_action")
    throw StripeError::invalid("This payment does not wait for you any more.");
  if (!approved) return refuse_payment(state, id, invoice);
  const std::string method = text_of(intent, "payment_method");
  state.authenticated = true;
  state.store.edit(kind::payment_method, method).hidden["set_up"] = true;
  if (invoice.empty()) return confirm_alone(state, id, method);
  collect(state, invoice, method, false);
  // The card that paid on the hosted invoice is the subscription's from then on.
  const Record& paid = *state.store.find(kind::invoice, invoice);
  if (const std::string card = text_of(paid.hidden, "card_to_keep"); !card.empty())
    keep_default_method(state, subscription_of(paid.shown), card);
}

json::value confirm_payment_intent(State& state, Params& params) {
  const std::string id = params.path("id");
  const json::object intent = state.get(kind::payment_intent, id, "id").shown;
  const std::string invoice = invoice_of(state, id);
  params.boolean("off_session");
  params.text("return_url");
  read_mandate(params);
  const std::string status = text_of(intent, "status");
  if (status == "succeeded" || status == "canceled" || status == "processing")
    throw StripeError::invalid(
        fmt::format("You cannot confirm this PaymentIntent because it has a status of {}.", status),
        {}, "payment_intent_unexpected_state");
  std::string method = text_of(intent, "payment_method");
  if (const auto wanted = params.text("payment_method")) {
    method = take_payment_method(state, *wanted, "payment_method");
    const std::string customer = text_of(intent, "customer");
    if (invoice.empty())
      state.store.edit(kind::payment_intent, id).shown["payment_method"] = method;
    else if (method == *wanted)
      attached_payment_method(state, method, customer, "payment_method");
    else
      attach(state, method, customer);
  }
  if (method.empty())
    throw StripeError::invalid(
        "You cannot confirm this PaymentIntent because it's missing a payment method.", {},
        "payment_intent_unexpected_state");
  if (invoice.empty()) {
    confirm_alone(state, id, method);
    return render(state, kind::payment_intent, id);
  }
  const Collection collection = collect(state, invoice, method, false);
  if (collection.decline && !is_authentication(*collection.decline))
    throw collection_error(state, invoice, collection);
  return render(state, kind::payment_intent, id);
}

}  // namespace freehold::simulator
