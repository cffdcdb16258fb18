// An object as Stripe shows it: references are ids, embedded objects are whole.
#pragma once

#include "simulator/state.hpp"

namespace freehold::simulator {

// The record must exist. A deleted customer is {"id","object","deleted":true}.
json::object render(const State& state, std::string_view kind, std::string_view id);
json::object render(const State& state, const Record& record);

// The members of `before` that `after` has changed, as an event's previous_attributes: nested
// objects by their changed members, lists whole, new members as null.
json::object changed_members(const json::object& before, const json::object& after);

}  // namespace freehold::simulator
