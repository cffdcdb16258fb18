#include "simulator/setup_intents.hpp"

#include <fmt/format.h>

#include "simulator/authentication.hpp"
#include "simulator/cards.hpp"
#include "simulator/customers.hpp"
#include "simulator/debits.hpp"
#include "simulator/events.hpp"
#include "simulator/lists.hpp"
#include "simulator/payment_methods.hpp"
#include "simulator/render.hpp"

namespace freehold::simulator {

namespace {

void read_manner(const Params& params) {
  const Params automatic = params.group("automatic_payment_methods");
  automatic.boolean("enabled");
  automatic.one_of("allow_redirects", {"always", "never"});
  params.text("return_url");
  read_mandate(params);
}

json::object& waiting(State& state, const std::string& id, std::string_view act) {
  state.get(kind::setup_intent, id, "id");
  json::object& intent = state.store.edit(kind::setup_intent, id).shown;
  const std::string status = text_of(intent, "status");
  if (status == "succeeded" || status == "canceled")
    throw StripeError::invalid(
        fmt::format("You cannot {} this SetupIntent because it has a status of {}.", act, status),
        {}, "setup_intent_unexpected_state");
  return intent;
}

void take_method(State& state, const Params& params, json::object& intent) {
  const auto wanted = params.text("payment_method");
  if (!wanted || wanted->empty()) return;
  intent["payment_method"] = take_payment_method(state, *wanted, "payment_method");
  intent["status"] = "requires_confirmation";
}

[[noreturn]] void fail_setup(State& state, const std::string& id, const Decline& decline) {
  json::object& intent = state.store.edit(kind::setup_intent, id).shown;
  StripeError error = card_error(decline);
  json::object last = error.body()["error"].as_object();
  last["payment_method"] = render(state, kind::payment_method, text_of(intent, "payment_method"));
  last["payment_method_type"] = "card";
  intent["last_setup_error"] = std::move(last);
  intent["payment_method"] = nullptr;
  intent["status"] = "requires_payment_method";
  emit(state, "setup_intent.setup_failed", kind::setup_intent, id);
  error.objects["setup_intent"] = intent;
  error.keeps_changes = true;
  throw error;
}

void confirm(State& state, const std::string& id) {
  json::object& intent = state.store.edit(kind::setup_intent, id).shown;
  const std::string method = text_of(intent, "payment_method");
  if (method.empty())
    throw StripeError::invalid(
        "You cannot confirm this SetupIntent because it's missing a payment method.", {},
        "setup_intent_unexpected_state");
  if (const auto decline = refusal_of(*state.store.find(kind::payment_method, method)))
    fail_setup(state, id, *decline);
  if (!asks_for_authentication(state, method)) return succeed_setup(state, id, method);
  intent["status"] = "requires_action";
  intent["next_action"] =
      json::object{{"redirect_to_url",
                    json::object{{"return_url", nullptr},
                                 {"url", fmt::format("{}/authenticate/{}", state.base_url, id)}}},
                   {"type", "redirect_to_url"}};
  emit(state, "setup_intent.requires_action", kind::setup_intent, id);
}

}  // namespace

json::value create_setup_intent(State& state, Params& params) {
  const std::string customer = params.text("customer").value_or("");
  if (!customer.empty()) live_customer(state, customer, "customer");
  json::object metadata;
  apply_metadata(params, metadata);
  read_manner(params);
  const std::string id = add_setup_intent(state, customer, params.text("description").value_or(""),
                                          std::move(metadata));
  json::object& intent = state.store.edit(kind::setup_intent, id).shown;
  intent["usage"] = params.one_of("usage", {"off_session", "on_session"}).value_or("off_session");
  take_method(state, params, intent);
  if (params.boolean("confirm").value_or(false)) confirm(state, id);
  return render(state, kind::setup_intent, id);
}

json::value update_setup_intent(State& state, Params& params) {
  const std::string id = params.path("id");
  json::object& intent = waiting(state, id, "update");
  if (const auto customer = params.text("customer")) {
    live_customer(state, *customer, "customer");
    intent["customer"] = *customer;
  }
  if (const auto text = params.text("description")) intent["description"] = text_or_null(*text);
  apply_metadata(params, intent["metadata"].as_object());
  take_method(state, params, intent);
  return render(state, kind::setup_intent, id);
}

json::value confirm_setup_intent(State& state, Params& params) {
  const std::string id = params.path("id");
  json::object& intent = waiting(state, id, "confirm");
  params.text("return_url");
  take_method(state, params, intent);
  confirm(state, id);
  return render(state, kind::setup_intent, id);
}

json::value cancel_setup_intent(State& state, Params& params) {
  const std::string id = params.path("id");
  waiting(state, id, "cancel");
  cancel_setup(
      state, id,
      params.one_of("cancellation_reason", {"abandoned", "duplicate", "requested_by_customer"})
          .value_or(""));
  return render(state, kind::setup_intent, id);
}

void answer_setup_challenge(State& state, const std::string& id, bool approved) {
  json::object& intent = waiting(state, id, "confirm");
  if (text_of(intent, "status") != "requires_action")
    throw StripeError::invalid("This card does not wait for you any more.");
  const std::string method = text_of(intent, "payment_method");
  intent["next_action"] = nullptr;
  if (approved) {
    state.store.edit(kind::payment_method, method).hidden["set_up"] = true;
    return succeed_setup(state, id, method);
  }
  intent["last_setup_error"] = json::object{
      {"code", "setup_intent_authentication_failure"},
      {"message",
       "The latest attempt to set up the payment method has failed because authentication failed."},
      {"payment_method", render(state, kind::payment_method, method)},
      {"type", "invalid_request_error"}};
  intent["payment_method"] = nullptr;
  intent["status"] = "requires_payment_method";
  emit(state, "setup_intent.setup_failed", kind::setup_intent, id);
}

std::string add_setup_intent(State& state, const std::string& customer,
                             const std::string& description, json::object metadata) {
  const std::string id = state.new_id("seti_1");
  json::object intent{{"id", id},
                      {"object", "setup_intent"},
                      {"allowed_payment_method_types", nullptr},
                      {"application", nullptr},
                      {"automatic_payment_methods", nullptr},
                      {"cancellation_reason", nullptr},
                      {"client_secret", state.new_id(id + "_secret_")},
                      {"created", state.now},
                      {"customer", text_or_null(customer)},
                      {"customer_account", nullptr},
                      {"description", text_or_null(description)},
                      {"excluded_payment_method_types", nullptr},
                      {"flow_directions", nullptr},
                      {"last_setup_error", nullptr},
                      {"latest_attempt", nullptr},
                      {"livemode", false},
                      {"mandate", nullptr},
                      {"metadata", std::move(metadata)},
                      {"next_action", nullptr},
                      {"on_behalf_of", nullptr},
                      {"payment_method", nullptr},
                      {"payment_method_configuration_details", nullptr},
                      {"payment_method_options", nullptr},
                      {"payment_method_types", json::array{"card"}},
                      {"single_use_mandate", nullptr},
                      {"status", "requires_payment_method"},
                      {"usage", "off_session"}};
  state.store.add(kind::setup_intent, id, std::move(intent));
  emit(state, "setup_intent.created", kind::setup_intent, id);
  return id;
}

void succeed_setup(State& state, const std::string& id, const std::string& payment_method) {
  json::object& intent = state.store.edit(kind::setup_intent, id).shown;
  intent["payment_method"] = payment_method;
  intent["next_action"] = nullptr;
  intent["last_setup_error"] = nullptr;
  intent["status"] = "succeeded";
  const bool is_owned =
      is_set(state.store.find(kind::payment_method, payment_method)->shown, "customer");
  if (const std::string customer = text_of(intent, "customer"); !customer.empty() && !is_owned)
    attach(state, payment_method, customer);
  emit(state, "setup_intent.succeeded", kind::setup_intent, id);
}

void cancel_setup(State& state, const std::string& id, std::string_view reason) {
  json::object& intent = state.store.edit(kind::setup_intent, id).shown;
  intent["cancellation_reason"] = text_or_null(reason);
  intent["next_action"] = nullptr;
  intent["status"] = "canceled";
  emit(state, "setup_intent.canceled", kind::setup_intent, id);
}

json::value retrieve_setup_intent(State& state, Params& params) {
  return render(state, state.get(kind::setup_intent, params.path("id"), "id"));
}

json::value list_setup_intents(State& state, Params& params) {
  return list_records(state, params, kind::setup_intent, "/v1/setup_intents",
                      all_of({member_filter(params, "customer", "customer"),
                              member_filter(params, "payment_method", "payment_method"),
                              time_filter(params, "created")}),
                      keyed_by(params, {"payment_method", "customer"}));
}

}  // namespace freehold::simulator
