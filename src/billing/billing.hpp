// Billing: what a tenant has agreed to pay for, and whether it has paid.
//
// Stripe owns the money. This module keeps the copy that decisions are made with, and is the only
// one that talks to Stripe. A webhook is a hint: a worker fetches the truth and derives everything
// anew, so order, duplication, delay and loss of events do not matter. See README.md for the
// states.
#pragma once

#include <boost/describe.hpp>
#include <optional>
#include <string>
#include <vector>

#include "catalog/catalog.hpp"
#include "core/actor.hpp"
#include "core/keys.hpp"
#include "core/money.hpp"
#include "core/task.hpp"
#include "core/time.hpp"
#include "db/db.hpp"

namespace freehold::billing {

namespace permissions {
inline constexpr Permission billing_read{8, "billing:read"};
inline constexpr Permission billing_manage{9, "billing:manage"};
}  // namespace permissions

inline constexpr EventType subscription_started{"subscription.started"};  // {plan}
inline constexpr EventType subscription_changed{"subscription.changed"};  // {status}
inline constexpr EventType subscription_ended{"subscription.ended"};      // {plan}
inline constexpr EventType payment_failed{"payment.failed"};              // {invoice}
inline constexpr EventType payment_recovered{"payment.recovered"};        // {invoice}

// What a new tenant starts with, in the transaction that makes it: a trial of the catalogue's trial
// plan, or its default plan, and the standing that follows. The Stripe customer is made by a job.
Task<> start(db::ControlTx& tx, const catalog::Catalog& catalog);

}  // namespace freehold::billing
