// Webhook endpoints and their signing secrets. https://docs.stripe.com/api/webhook_endpoints
#pragma once

#include <string>
#include <vector>

#include "simulator/params.hpp"
#include "simulator/state.hpp"

namespace freehold::simulator {

json::value create_endpoint(State& state, Params& params);
json::value retrieve_endpoint(State& state, Params& params);
json::value update_endpoint(State& state, Params& params);
json::value delete_endpoint(State& state, Params& params);
json::value list_endpoints(State& state, Params& params);

// A new secret for an endpoint; the old one signs too for `expires_in_hours` (0 to 24). Stripe has
// this in its dashboard only, so here it is under /_sim.
json::value roll_secret(State& state, Params& params);

// What signs now: the secret, and the previous one while a roll lasts.
std::vector<std::string> signing_secrets(const State& state, const Record& endpoint);

// Makes the endpoint of the configuration, or gives it its secret back.
void ensure_endpoint(State& state, const KnownEndpoint& known);

}  // namespace freehold::simulator
