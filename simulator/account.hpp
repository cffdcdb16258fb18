// The account that all calls belong to. https://docs.stripe.com/api/accounts/object
#pragma once

#include "simulator/params.hpp"
#include "simulator/state.hpp"

namespace freehold::simulator {

json::value retrieve_account(State& state, Params& params);

}  // namespace freehold::simulator
