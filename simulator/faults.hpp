// Faults on demand, under /_sim/faults: what the next calls to a path meet.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "simulator/params.hpp"
#include "simulator/state.hpp"

namespace freehold::simulator {

enum class Fault {
  rate_limit,    // 429, nothing done
  lock_timeout,  // 429 with Stripe-Should-Retry: true, nothing done
  conflict,      // 409: the idempotency key is in use
  error,         // 500, nothing done and nothing remembered
  saved_error,   // 500, nothing done, and the idempotency key answers it from then on
  timeout,       // never answered, nothing done
  lost,          // carried out, the answer is lost
};

json::value list_faults(State& state, Params& params);
json::value add_fault(State& state, Params& params);
json::value clear_faults(State& state, Params& params);

// The fault that this call meets, counted off.
std::optional<Fault> take_fault(State& state, std::string_view method, std::string_view path);

// The error of a fault that has one.
StripeError error_of(Fault fault, const std::string& idempotency_key);

}  // namespace freehold::simulator
