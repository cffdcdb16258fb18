// 3-D Secure: a payment that waits for the person behind the card, and what they say.
// https://docs.stripe.com/payments/3d-secure, https://docs.stripe.com/testing#regulatory-cards
#pragma once

#include <string>

#include "simulator/cards.hpp"
#include "simulator/params.hpp"
#include "simulator/state.hpp"

namespace freehold::simulator {

// Confirms the intent of an open invoice, with its own payment method or another one.
json::value confirm_payment_intent(State& state, Params& params);

// Whether the bank asks before it pays: not of somebody who has just been asked, and of some cards
// not once they were set up.
bool asks_for_authentication(const State& state, const std::string& payment_method);
// The intent waits; what the attempt ends in.
Decline require_authentication(State& state, const std::string& payment_intent,
                               const std::string& payment_method);
bool is_authentication(const Decline& decline);

// What the person said on the page of an intent. Approved, the invoice is paid.
void answer_challenge(State& state, const std::string& payment_intent, bool approved);

}  // namespace freehold::simulator
