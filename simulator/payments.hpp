// Payment intents and charges: the attempts to collect an invoice.
// https://docs.stripe.com/api/payment_intents, https://docs.stripe.com/api/charges
#pragma once

#include <optional>

#include "simulator/cards.hpp"
#include "simulator/params.hpp"
#include "simulator/state.hpp"

namespace freehold::simulator {

json::value retrieve_payment_intent(State& state, Params& params);
json::value list_payment_intents(State& state, Params& params);
json::value retrieve_charge(State& state, Params& params);
json::value update_charge(State& state, Params& params);
json::value list_charges(State& state, Params& params);
json::value retrieve_balance(State& state, Params& params);

// A payment intent for `amount` of a customer, waiting for a payment method.
std::string add_payment_intent(State& state, const std::string& customer, std::int64_t amount,
                               const std::string& currency);

// Charges the payment method. The decline, if there was one; the intent, the charge and their
// events say the same. A debit is only begun, and the intent then processing.
std::optional<Decline> charge(State& state, const std::string& payment_intent,
                              const std::string& payment_method);

// What came of the intent's newest charge: that it succeeded, or why it was declined.
void conclude_charge(State& state, const std::string& payment_intent,
                     const std::optional<Decline>& decline);

// The intent of an invoice that is no longer collected.
void cancel_payment_intent(State& state, const std::string& id, std::string_view reason);

}  // namespace freehold::simulator
