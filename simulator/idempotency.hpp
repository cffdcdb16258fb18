// Idempotency keys: a key that was used answers again what it answered first.
// https://docs.stripe.com/api/idempotent_requests
#pragma once

#include <optional>
#include <string>

#include "simulator/state.hpp"

namespace freehold::simulator {

// A POST with a key.
struct KeyedCall {
  std::string key;
  std::string path;
  json::object params;
};

// What the key answered before: {"status","body","request_id"}. Throws StripeError 400
// idempotency_error when it was used with another path or other parameters.
std::optional<json::object> find_answer(const State& state, const KeyedCall& call);

// Keeps the answer for 24 hours of the simulator's clock, 500s included.
void keep_answer(State& state, const KeyedCall& call, int status, const std::string& body);

// When the key is forgotten.
std::optional<std::int64_t> key_due(const Record& key);

// The 409 for a key whose first request is still under way.
StripeError key_in_use(const std::string& key);

}  // namespace freehold::simulator
