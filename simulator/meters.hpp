// Meters and their events: what customers use, and how it adds up.
// https://docs.stripe.com/api/billing/meter, https://docs.stripe.com/api/billing/meter-event
#pragma once

#include "simulator/invoice_lines.hpp"
#include "simulator/params.hpp"
#include "simulator/state.hpp"

namespace freehold::simulator {

json::value create_meter(State& state, Params& params);
json::value retrieve_meter(State& state, Params& params);
json::value update_meter(State& state, Params& params);
json::value list_meters(State& state, Params& params);
json::value deactivate_meter(State& state, Params& params);
json::value reactivate_meter(State& state, Params& params);
json::value list_event_summaries(State& state, Params& params);

json::value create_meter_event(State& state, Params& params);
json::value adjust_meter_event(State& state, Params& params);

const Record& active_meter(const State& state, const std::string& id, std::string_view path);

// What the customer used in the span, by the meter's formula.
std::int64_t used_of(const State& state, const std::string& meter, const std::string& customer,
                     const Span& span);

}  // namespace freehold::simulator
