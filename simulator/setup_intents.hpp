// Setup intents: saving a card without charging it. https://docs.stripe.com/api/setup_intents
#pragma once

#include "simulator/params.hpp"
#include "simulator/state.hpp"

namespace freehold::simulator {

json::value create_setup_intent(State& state, Params& params);
json::value retrieve_setup_intent(State& state, Params& params);
json::value update_setup_intent(State& state, Params& params);
json::value list_setup_intents(State& state, Params& params);
json::value confirm_setup_intent(State& state, Params& params);
json::value cancel_setup_intent(State& state, Params& params);

// One that waits for a card; `customer` may be empty.
std::string add_setup_intent(State& state, const std::string& customer,
                             const std::string& description, json::object metadata);
void succeed_setup(State& state, const std::string& id, const std::string& payment_method);
void cancel_setup(State& state, const std::string& id, std::string_view reason = "abandoned");

// What the person whom the bank asked has said.
void answer_setup_challenge(State& state, const std::string& id, bool approved);

}  // namespace freehold::simulator
