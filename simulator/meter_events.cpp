// Meter events: what was used, by whom, when. Kept for good, so that a summary of any span is
// exact.
#include <fmt/format.h>

#include <charconv>

#include "simulator/meters.hpp"
#include "simulator/render.hpp"
#include "simulator/test_clocks.hpp"

namespace freehold::simulator {

namespace {

// https://docs.stripe.com/api/billing/meter-event/create: "within the past 35 calendar days or up
// to 5 minutes in the future". An event can be canceled for a day.
constexpr std::int64_t oldest = 35 * 86400;
constexpr std::int64_t earliest = 5 * 60;
constexpr std::int64_t adjustable = 24 * 3600;

const Record& meter_named(const State& state, const std::string& name) {
  for (const Record* meter : state.store.found(kind::meter, name))
    if (text_of(meter->shown, "status") == "active") return *meter;
  throw StripeError::invalid(fmt::format("No active meter found for the event name '{}'.", name),
                             "event_name", "resource_missing");
}

std::int64_t read_timestamp(const State& state, const Params& params) {
  const std::int64_t at = params.integer("timestamp").value_or(state.now);
  if (at < state.now - oldest)
    throw StripeError::invalid("The timestamp is more than 35 days in the past.", "timestamp",
                               "timestamp_too_far_in_past");
  if (at > state.now + earliest)
    throw StripeError::invalid("The timestamp is more than 5 minutes in the future.", "timestamp",
                               "timestamp_in_future");
  return at;
}

std::int64_t read_value(const json::object& payload, const std::string& key) {
  const std::string text = text_of(payload, key);
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size())
    throw StripeError::invalid(
        fmt::format("The payload's '{}' must be a whole number, sent as a string.", key),
        "payload");
  return value;
}

json::object read_payload(const Params& params, const json::object& meter) {
  json::object payload;
  for (const auto& [key, value] : params.pairs("payload")) payload[key] = value;
  if (payload.empty()) params.need_text("payload");
  const std::string customer = text_of(object_of(meter, "customer_mapping"), "event_payload_key");
  if (text_of(payload, customer).empty())
    throw StripeError::invalid(fmt::format("The payload needs '{}', the customer's id.", customer),
                               "payload");
  if (text_of(object_of(meter, "default_aggregation"), "formula") != "count")
    read_value(payload, text_of(object_of(meter, "value_settings"), "event_payload_key"));
  return payload;
}

// What an event adds to the meter.
std::int64_t value_of(const json::object& meter, const json::object& payload) {
  if (text_of(object_of(meter, "default_aggregation"), "formula") == "count") return 1;
  return read_value(payload, text_of(object_of(meter, "value_settings"), "event_payload_key"));
}

}  // namespace

json::value create_meter_event(State& state, Params& params) {
  const std::string name = params.need_text("event_name");
  const Record& meter = meter_named(state, name);
  json::object payload = read_payload(params, meter.shown);
  const ClockTime time(state, text_of(payload, text_of(object_of(meter.shown, "customer_mapping"),
                                                       "event_payload_key")));
  const std::int64_t at = read_timestamp(state, params);
  const std::string identifier = params.text("identifier").value_or(state.new_id("mev_test_"));
  if (identifier.empty() || identifier.size() > 100)
    throw StripeError::invalid("An identifier has 1 to 100 characters.", "identifier");
  if (state.store.find(kind::meter_event, identifier) != nullptr)
    throw StripeError::invalid(
        fmt::format("An event already exists with identifier {}.", identifier), "identifier",
        "duplicate_meter_event");
  const std::string key = text_of(object_of(meter.shown, "customer_mapping"), "event_payload_key");
  json::object counted{{"meter", meter.id},
                       {"customer", text_of(payload, key)},
                       {"value", value_of(meter.shown, payload)}};
  const Record& event = state.store.add(kind::meter_event, identifier,
                                        {{"object", "billing.meter_event"},
                                         {"created", state.now},
                                         {"event_name", name},
                                         {"identifier", identifier},
                                         {"livemode", false},
                                         {"payload", std::move(payload)},
                                         {"timestamp", at}},
                                        std::move(counted));
  return render(state, event);
}

json::value adjust_meter_event(State& state, Params& params) {
  const std::string name = params.need_text("event_name");
  meter_named(state, name);
  params.need_text("type");
  params.one_of("type", {"cancel"});
  const Params cancel = params.group("cancel");
  const std::string identifier = cancel.need_text("identifier");
  const Record* event = state.store.find(kind::meter_event, identifier);
  if (event == nullptr || text_of(event->shown, "event_name") != name)
    throw StripeError::no_such("meter event", identifier, cancel.path_of("identifier"));
  if (state.now - number_of(event->shown, "created") > adjustable)
    throw StripeError::invalid("A meter event can be canceled within 24 hours.",
                               cancel.path_of("identifier"));
  state.store.edit(kind::meter_event, identifier).hidden["canceled"] = true;
  return json::object{{"object", "billing.meter_event_adjustment"},
                      {"cancel", json::object{{"identifier", identifier}}},
                      {"event_name", name},
                      {"livemode", false},
                      {"status", "complete"},
                      {"type", "cancel"}};
}

std::int64_t used_of(const State& state, const std::string& meter, const std::string& customer,
                     const Span& span) {
  const Record* owner = state.store.find(kind::meter, meter);
  if (owner == nullptr) return 0;
  const bool takes_last =
      text_of(object_of(owner->shown, "default_aggregation"), "formula") == "last";
  std::int64_t used = 0;
  std::int64_t newest = 0;
  for (const Record* event : state.store.found(kind::meter_event, customer)) {
    const std::int64_t at = number_of(event->shown, "timestamp");
    if (flag_of(event->hidden, "canceled") || at < span.from || at >= span.to ||
        text_of(event->hidden, "meter") != meter)
      continue;
    const std::int64_t value = number_of(event->hidden, "value");
    if (!takes_last) used += value;
    if (takes_last && at >= newest) used = value;
    newest = std::max(newest, at);
  }
  return used;
}

}  // namespace freehold::simulator
