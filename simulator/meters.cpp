#include "simulator/meters.hpp"

#include <fmt/format.h>

#include "simulator/events.hpp"
#include "simulator/lists.hpp"
#include "simulator/render.hpp"

namespace freehold::simulator {

namespace {

const Record* meter_of_event(const State& state, std::string_view name) {
  for (const Record* meter : state.store.found(kind::meter, name))
    if (text_of(meter->shown, "status") == "active") return meter;
  return nullptr;
}

json::value change_meter_status(State& state, const Params& params, std::string_view status) {
  const std::string id = params.path("id");
  const json::object before = render(state, state.get(kind::meter, id, "id"));
  if (text_of(before, "status") == status)
    throw StripeError::invalid(fmt::format("This meter is already {}.", status));
  if (status == "active" && meter_of_event(state, text_of(before, "event_name")) != nullptr)
    throw StripeError::invalid("There is an active meter with this event_name already.");
  json::object& meter = state.store.edit(kind::meter, id).shown;
  meter["status"] = status;
  meter["updated"] = state.now;
  meter["status_transitions"] = json::object{
      {"deactivated_at", status == "active" ? json::value(nullptr) : json::value(state.now)}};
  emit(state, status == "active" ? "billing.meter.reactivated" : "billing.meter.deactivated",
       kind::meter, id);
  return render(state, kind::meter, id);
}

json::object summary(const std::string& id, const std::string& meter, const Span& span,
                     std::int64_t value) {
  return {{"id", id},
          {"object", "billing.meter_event_summary"},
          {"aggregated_value", value},
          {"end_time", span.to},
          {"livemode", false},
          {"meter", meter},
          {"start_time", span.from}};
}

Span read_span(const Params& params, std::int64_t step) {
  const Span span{.from = params.need_integer("start_time"), .to = params.need_integer("end_time")};
  if (span.to <= span.from)
    throw StripeError::invalid("end_time must be after start_time.", "end_time");
  for (const auto& [name, at] : {std::pair{"start_time", span.from}, {"end_time", span.to}})
    if (at % step != 0)
      throw StripeError::invalid(fmt::format("{} must be aligned with {} boundaries.", name,
                                             step == 60     ? "minute"
                                             : step == 3600 ? "hour"
                                                            : "day"),
                                 name);
  return span;
}

}  // namespace

json::value create_meter(State& state, Params& params) {
  const std::string name = params.need_text("event_name");
  if (meter_of_event(state, name) != nullptr)
    throw StripeError::invalid("There is an active meter with this event_name already.",
                               "event_name");
  const Params aggregation = params.group("default_aggregation");
  aggregation.need_text("formula");
  const std::string formula = *aggregation.one_of("formula", {"count", "last", "sum"});
  const Params mapping = params.group("customer_mapping");
  mapping.one_of("type", {"by_id"});
  const std::string customer_key = mapping.text("event_payload_key").value_or("stripe_customer_id");
  const std::string value_key =
      params.group("value_settings").text("event_payload_key").value_or("value");
  const auto window = params.one_of("event_time_window", {"day", "hour"});
  const std::string id = state.new_id("mtr_test_");
  state.store.add(
      kind::meter, id,
      {{"id", id},
       {"object", "billing.meter"},
       {"created", state.now},
       {"customer_mapping", json::object{{"event_payload_key", customer_key}, {"type", "by_id"}}},
       {"default_aggregation", json::object{{"formula", formula}}},
       {"display_name", params.need_text("display_name")},
       {"event_name", name},
       {"event_time_window", text_or_null(window.value_or(""))},
       {"livemode", false},
       {"status", "active"},
       {"status_transitions", json::object{{"deactivated_at", nullptr}}},
       {"updated", state.now},
       {"value_settings", json::object{{"event_payload_key", value_key}}}});
  emit(state, "billing.meter.created", kind::meter, id);
  return render(state, kind::meter, id);
}

json::value retrieve_meter(State& state, Params& params) {
  return render(state, state.get(kind::meter, params.path("id"), "id"));
}

json::value update_meter(State& state, Params& params) {
  const std::string id = params.path("id");
  const json::object before = render(state, state.get(kind::meter, id, "id"));
  json::object& meter = state.store.edit(kind::meter, id).shown;
  if (const auto name = params.text("display_name")) {
    meter["display_name"] = *name;
    meter["updated"] = state.now;
  }
  emit_changes(state, "billing.meter.updated", kind::meter, id, before);
  return render(state, kind::meter, id);
}

json::value list_meters(State& state, Params& params) {
  params.one_of("status", {"active", "inactive"});
  return list_records(state, params, kind::meter, "/v1/billing/meters",
                      member_filter(params, "status", "status"));
}

json::value deactivate_meter(State& state, Params& params) {
  return change_meter_status(state, params, "inactive");
}

json::value reactivate_meter(State& state, Params& params) {
  return change_meter_status(state, params, "active");
}

// Newest first; with a window one summary for each that had use.
json::value list_event_summaries(State& state, Params& params) {
  const std::string meter = params.path("id");
  state.get(kind::meter, meter, "id");
  const std::string customer = params.need_text("customer");
  const auto window = params.one_of("value_grouping_window", {"day", "hour"});
  const std::int64_t step = !window ? 60 : *window == "day" ? 86400 : 3600;
  const Span whole = read_span(params, step);
  json::array data;
  const std::int64_t width = window ? step : whole.to - whole.from;
  for (std::int64_t to = whole.to; to > whole.from; to -= width) {
    const Span span{.from = to - width, .to = to};
    const std::int64_t value = used_of(state, meter, customer, span);
    if (value != 0 || !window)
      data.push_back(
          summary(fmt::format("mtrusg_test_{}_{}", meter, span.from), meter, span, value));
  }
  return list_objects(params, data, fmt::format("/v1/billing/meters/{}/event_summaries", meter));
}

const Record& active_meter(const State& state, const std::string& id, std::string_view path) {
  const Record& meter = state.get(kind::meter, id, path);
  if (text_of(meter.shown, "status") != "active")
    throw StripeError::invalid("The meter is inactive.", path);
  return meter;
}

}  // namespace freehold::simulator
