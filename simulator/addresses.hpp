// Addresses and billing details as parameters.
#pragma once

#include "simulator/params.hpp"

namespace freehold::simulator {

// The group "address"; null when it was sent empty.
json::value read_address(const Params& params);
// The group "billing_details" of a payment method, complete with nulls.
json::object read_billing_details(const Params& params);

}  // namespace freehold::simulator
