#include "simulator/events.hpp"

#include <algorithm>

#include "simulator/deliveries.hpp"
#include "simulator/entitlements.hpp"
#include "simulator/lists.hpp"
#include "simulator/render.hpp"

namespace freehold::simulator {

namespace {

// https://docs.stripe.com/api/events/list: "going back up to 30 days".
constexpr std::int64_t listed_seconds = 30 * 86400;

// Whose life it belongs to.
std::string customer_of(const State& state, const json::object& object) {
  if (text_of(object, "object") == kind::customer) return text_of(object, "id");
  if (const std::string customer = text_of(object, "customer"); !customer.empty()) return customer;
  const Record* charge = state.store.find(kind::charge, text_of(object, "charge"));
  return charge == nullptr ? std::string() : text_of(charge->shown, "customer");
}

void record_event(State& state, std::string_view type, json::object data) {
  const std::string id = state.new_id("evt_1");
  json::object event{
      {"id", id},
      {"object", "event"},
      {"api_version", api_version},
      {"created", state.now},
      {"data", std::move(data)},
      {"livemode", false},
      {"pending_webhooks", 0},
      {"request", json::object{{"id", text_or_null(state.cause.request_id)},
                               {"idempotency_key", text_or_null(state.cause.idempotency_key)}}},
      {"type", type}};
  const std::string customer = customer_of(state, object_of(object_of(event, "data"), "object"));
  // A test clock's events are listed by when they were recorded.
  state.store.add(kind::event, id, std::move(event),
                  {{"at", state.clock_now}, {"customer", customer}});
  queue_deliveries(state, id, type);
}

// "a.b" and "a.*" of types[]; "*" alone is every type.
bool names_type(const std::string& pattern, const std::string& type) {
  if (!pattern.ends_with("*")) return pattern == type;
  return type.starts_with(std::string_view(pattern).substr(0, pattern.size() - 1));
}

// What is told of a subscription may change what its customer may use.
void follow_up(State& state, std::string_view kind, std::string_view id) {
  if (kind != kind::subscription) return;
  refresh_entitlements(state, text_of(state.store.find(kind, id)->shown, "customer"));
}

}  // namespace

void emit(State& state, std::string_view type, std::string_view kind, std::string_view id) {
  record_event(state, type, {{"object", render(state, kind, id)}});
  follow_up(state, kind, id);
}

void emit_object(State& state, std::string_view type, json::object object) {
  record_event(state, type, {{"object", std::move(object)}});
}

void emit_changes(State& state, std::string_view type, std::string_view kind, std::string_view id,
                  const json::object& before) {
  json::object after = render(state, kind, id);
  json::object changes = changed_members(before, after);
  if (changes.empty()) return;
  record_event(state, type,
               {{"object", std::move(after)}, {"previous_attributes", std::move(changes)}});
  follow_up(state, kind, id);
}

json::value list_events(State& state, Params& params) {
  const auto type = params.text("type");
  const std::vector<std::string> types = params.texts("types");
  const auto delivered = params.boolean("delivery_success");
  const Filter created = time_filter(params, "created");
  const std::int64_t oldest = state.clock_now - listed_seconds;
  return list_records(state, params, kind::event, "/v1/events", [&](const Record& event) {
    const std::string name = text_of(event.shown, "type");
    const bool wanted =
        types.empty() || std::any_of(types.begin(), types.end(), [&](const std::string& pattern) {
          return names_type(pattern, name);
        });
    return number_of(event.hidden, "at", number_of(event.shown, "created")) >= oldest &&
           created(event) && wanted && (!type || names_type(*type, name)) &&
           (!delivered || *delivered == (number_of(event.shown, "pending_webhooks") == 0));
  });
}

json::value retrieve_event(State& state, Params& params) {
  return render(state, state.get(kind::event, params.path("id"), "id"));
}

}  // namespace freehold::simulator
