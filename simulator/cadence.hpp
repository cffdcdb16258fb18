// When billing periods begin. https://docs.stripe.com/billing/subscriptions/billing-cycle
#pragma once

#include <cstdint>

#include "simulator/json_access.hpp"

namespace freehold::simulator {

// The start of the k-th period after `anchor`, in seconds. Months and years are those of the
// calendar and always counted from the anchor, so that a subscription of 31 January renews on 28
// February and then on 31 March.
std::int64_t period_start(std::int64_t anchor, const json::object& recurring, std::int64_t k);

// The interval of a price in words: "1 month".
std::string cadence_of(const json::object& recurring);

// How many of the `shorter` intervals make the `longer` one; 0 when no number does: 12 months are a
// year, but no number of weeks is a month.
std::int64_t intervals_in(const json::object& longer, const json::object& shorter);

}  // namespace freehold::simulator
