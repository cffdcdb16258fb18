// Usage that Stripe bills: told in batches, each once, in the period that it fell into. Private to
// this module. https://docs.stripe.com/billing/subscriptions/usage-based/recording-usage-api
#pragma once

#include "billing/billing.hpp"

namespace freehold::billing {

// Well within the hour that Stripe leaves between the end of a period and its invoice.
inline constexpr Duration usage_told_every = minutes(15);

// From now on it is looked at what the workspace uses.
Task<> follow_usage(db::ControlTx& tx);
// One turn of the worker's loop: tells what one workspace has used since the last time. True when
// there was one to look at.
Task<bool> usage_step(Billing& billing);

struct Told {
  std::string meter;
  std::int64_t quantity = 0;
};
BOOST_DESCRIBE_STRUCT(Told, (), (meter, quantity))
// What Stripe was told of a period that began then.
Task<std::vector<Told>> told_since(db::ControlRead& db, Instant start);

}  // namespace freehold::billing
