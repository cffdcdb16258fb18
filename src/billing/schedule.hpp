// A change that waits for the end of the paid period: Stripe's subscription schedule, made from the
// subscription, with a phase for what is paid and one for what follows, and let go after it.
// https://docs.stripe.com/billing/subscriptions/subscription-schedules Private to this module.
#pragma once

#include "billing/billing.hpp"
#include "billing/stripe.hpp"

namespace freehold::billing {

// Completes a copy that has a schedule with what the schedule will bring. Throws StripeRefusal and
// StripeAway.
Task<> read_what_follows(Stripe& stripe, Mirror& mirror);

// What a new schedule, as Stripe made it from the subscription, is told: to keep what it has until
// the period ends, and then to have `items` ("[price]", "[quantity]" of each) for a period of the
// interval.
struct Following {
  std::vector<Params> items;
  std::string interval;  // month or year
};
Params phases_of(const json::value& schedule, const Following& following);

}  // namespace freehold::billing
