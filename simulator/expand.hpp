// "expand[]=latest_invoice.payments": puts whole objects in the place of their ids.
// https://docs.stripe.com/api/expanding_objects
#pragma once

#include <string>
#include <vector>

#include "simulator/state.hpp"

namespace freehold::simulator {

// Expands `answer`, an object or a list of objects, along each path. Throws StripeError 400 for a
// path that leads nowhere or is longer than four levels; whether it does is a matter of types, so
// that an empty list is no way around it.
void expand(const State& state, const std::vector<std::string>& paths, json::object& answer);

}  // namespace freehold::simulator
