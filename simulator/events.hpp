// Events: what happened to an object, with the object as it was at that moment.
// https://docs.stripe.com/api/events
#pragma once

#include "simulator/params.hpp"
#include "simulator/state.hpp"

namespace freehold::simulator {

// Records an event about an object as it is now, and a delivery to each endpoint that wants it.
void emit(State& state, std::string_view type, std::string_view kind, std::string_view id);
// The same about an object that is kept nowhere: a preview, a summary.
void emit_object(State& state, std::string_view type, json::object object);
// The same for a "….updated" event, with what changed since `before`; nothing changed, no event.
void emit_changes(State& state, std::string_view type, std::string_view kind, std::string_view id,
                  const json::object& before);

json::value list_events(State& state, Params& params);
json::value retrieve_event(State& state, Params& params);

}  // namespace freehold::simulator
