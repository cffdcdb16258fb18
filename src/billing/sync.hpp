// Following hints: lease a customer, fetch the truth from Stripe with no transaction open, write it
// fenced by the lease. Private to this module.
#pragma once

#include "billing/billing.hpp"

namespace freehold::billing {

struct Lease {
  TenantId tenant;
  std::string customer_id;
  std::int64_t dirty_seq;
  Uuid token;
  std::int32_t attempts;
  Origin origin;  // of the last hint
};

// The most urgent customer that has a hint waiting and no lease; nothing: none.
Task<std::optional<Lease>> lease_customer(Billing& billing);
// The same for one customer; nothing: somebody else is at it, or nothing is waiting.
Task<std::optional<Lease>> lease_this_customer(Billing& billing, std::string customer_id);

// Throws StripeRefusal and StripeAway.
Task<Truth> fetch_truth(Stripe& stripe, std::string customer_id, Instant now);

// False: the lease was lost to somebody else, and nothing was written.
Task<bool> commit_truth(Billing& billing, const Lease& lease, const Truth& truth);

// Fetches and writes, or notes why not and when to try again.
Task<> follow(Billing& billing, const Lease& lease);

// One turn of the worker's loop: true when there was something to do.
Task<bool> sync_step(Billing& billing);

// A hint for this customer, in the transaction of who heard it: whose customer it is; nothing: the
// customer is unknown.
Task<std::optional<TenantId>> note_hint(db::SystemTx& tx, std::string customer_id, Origin origin);

// A request's or job's names, to be kept with what a loop of the worker does for it later.
using Name = std::optional<std::string>;
Name name_of(const std::string& text);  // none when it is empty
// Who acts when a loop of the worker does, which has no job to take an actor from.
Actor worker_in(TenantId tenant, Origin origin = {});

}  // namespace freehold::billing
