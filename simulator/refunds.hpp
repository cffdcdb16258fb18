// Refunds: money that goes back to the card of a charge. https://docs.stripe.com/api/refunds
#pragma once

#include <optional>

#include "simulator/params.hpp"
#include "simulator/state.hpp"

namespace freehold::simulator {

json::value create_refund(State& state, Params& params);
json::value retrieve_refund(State& state, Params& params);
json::value update_refund(State& state, Params& params);
json::value list_refunds(State& state, Params& params);

// Gives back `amount` of the charge, or what is left of it for 0. Throws StripeError when that is
// not there.
struct NewRefund {
  std::string charge;
  std::int64_t amount = 0;
  std::string reason = {};
  json::object metadata = {};
};
std::string add_refund(State& state, const NewRefund& wanted);

// The refunds of a charge, for "expand[]=refunds".
json::object refunds_of(const State& state, const std::string& charge);

// Of some cards the bank sends a refund back later.
std::optional<std::int64_t> refund_due(const Record& refund);
void turn_refund(State& state, const std::string& refund);

}  // namespace freehold::simulator
