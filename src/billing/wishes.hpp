// What a customer wants of their subscription: ordered by stored commands in the transaction that
// writes the audit, then carried out while they wait. Private to this module.
#pragma once

#include <string_view>
#include <vector>

#include "audit/audit.hpp"
#include "billing/billing.hpp"
#include "billing/follow_ups.hpp"

namespace freehold::billing {

struct Wish {
  std::string action;  // for the audit
  std::string subscription;
  std::vector<Call> calls;  // one after the other; none: only what was ordered before is dropped
  std::vector<audit::Change> changes;
};

// Throws Problem 409 `no_subscription`.
Task<Mirror> need_subscription(Billing& billing, const Actor& actor);
// Throws Problem 409 `subscription_ends`.
void require_not_ending(const Mirror& mirror);
// The same, and 409 `subscription_paused`: nothing can be bought for it.
void require_changeable(const Mirror& mirror);
// With how a change of the items is charged. What is paid now changes when it is paid; a trial
// costs nothing, whatever it is of.
Params change_params(bool is_paid_now, Params items, Instant proration_date);

// The latest wish about a subscription counts: an earlier one that was not carried out is dropped,
// whatever it was. Throws Problem 402 `card_declined`, 409 `stripe_refused`.
Task<Ordered> carry_out_wish(Billing& billing, const Actor& actor, const Wish& wish);

// "/v1/subscriptions/sub_1" + verb
Call on_subscription(std::string_view kind, const Mirror& mirror, Params params,
                     std::string_view verb = "");
// The calls, after the schedule is let go if there is one: while it is attached Stripe refuses some
// of them, and would go on with its own plan after others.
std::vector<Call> without_schedule(const Mirror& mirror, std::vector<Call> calls);

}  // namespace freehold::billing
