// What changes by time alone. Private to this module.
#pragma once

#include "billing/billing.hpp"

namespace freehold::billing {

// One turn of the worker's loop: derives one tenant whose time has come; true when there was one.
Task<bool> due_step(Billing& billing);
// Hourly: refreshes copies that nobody asked about for a day, takes in events that never arrived,
// and removes what is old.
Task<> sweep(Billing& billing, const events::Job& job);

}  // namespace freehold::billing
