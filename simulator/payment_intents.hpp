// Payment intents that no invoice has: one-time payments, made by a call or on the hosted checkout.
// https://docs.stripe.com/api/payment_intents
#pragma once

#include "simulator/params.hpp"
#include "simulator/state.hpp"

namespace freehold::simulator {

json::value create_payment_intent(State& state, Params& params);
json::value update_payment_intent(State& state, Params& params);
json::value cancel_payment_intent_call(State& state, Params& params);

// Charges the payment method, or leaves the intent waiting for its bank. Throws the 402 of a
// decline, which the intent keeps.
void confirm_alone(State& state, const std::string& intent, const std::string& payment_method);

}  // namespace freehold::simulator
