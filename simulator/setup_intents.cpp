#include "simulator/setup_intents.hpp"

#include "simulator/events.hpp"
#include "simulator/lists.hpp"
#include "simulator/render.hpp"

namespace freehold::simulator {

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
  intent["status"] = "succeeded";
  emit(state, "setup_intent.succeeded", kind::setup_intent, id);
}

void cancel_setup(State& state, const std::string& id) {
  json::object& intent = state.store.edit(kind::setup_intent, id).shown;
  intent["cancellation_reason"] = "abandoned";
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
