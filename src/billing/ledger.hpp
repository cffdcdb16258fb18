// Our copy in the database: reading it, and replacing it with what Stripe said. Private.
#pragma once

#include "billing/billing.hpp"

namespace freehold::billing {

// Writes what was fetched, derives the standing anew, and emits what has changed since the last
// time. In the tenant's transaction.
Task<> store_truth(db::ControlTx& tx, const Billing& billing, const Truth& truth);
// The same from our copy alone: when time has changed something.
Task<> derive(db::ControlTx& tx, const Policy& policy, const catalog::Catalog& catalog);

}  // namespace freehold::billing
