// Features of products, and which of them a customer may use: those of the products that its
// subscriptions are for. https://docs.stripe.com/billing/entitlements
#pragma once

#include "simulator/params.hpp"
#include "simulator/state.hpp"

namespace freehold::simulator {

json::value create_feature(State& state, Params& params);
json::value retrieve_feature(State& state, Params& params);
json::value update_feature(State& state, Params& params);
json::value list_features(State& state, Params& params);

json::value create_product_feature(State& state, Params& params);
json::value retrieve_product_feature(State& state, Params& params);
json::value delete_product_feature(State& state, Params& params);
json::value list_product_features(State& state, Params& params);

json::value retrieve_active_entitlement(State& state, Params& params);
json::value list_active_entitlements(State& state, Params& params);

// Something about the customer's subscriptions has changed: grants and takes away what follows from
// it, and tells.
void refresh_entitlements(State& state, const std::string& customer);

}  // namespace freehold::simulator
