// Prices: so much per unit, per tier or per metered use, once or every day, week, month or year.
// https://docs.stripe.com/api/prices
#pragma once

#include "simulator/params.hpp"
#include "simulator/state.hpp"

namespace freehold::simulator {

json::value create_price(State& state, Params& params);
json::value retrieve_price(State& state, Params& params);
json::value update_price(State& state, Params& params);
json::value list_prices(State& state, Params& params);

// An active recurring price, for the parameter `path` of a subscription or checkout session.
const Record& recurring_price(const State& state, const std::string& id, const std::string& path);

// Its tiers, for "expand[]=tiers"; empty when it has none.
json::array tiers_of(const State& state, const std::string& price);

}  // namespace freehold::simulator
