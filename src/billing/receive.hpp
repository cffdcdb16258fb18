// Taking in an event, whether Stripe delivered it or we found it in Stripe's list. Private.
#pragma once

#include "billing/billing.hpp"

namespace freehold::billing {

// Stores the event, once, and notes that its customer is behind; both or nothing. An event that
// concerns nobody is kept as `ignored`, one of a customer that we do not know as `waiting`.
// `origin`: the request or job that brought it.
Task<> store_event(Billing& billing, const Hint& hint, std::string payload, Origin origin);

}  // namespace freehold::billing
