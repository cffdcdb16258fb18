// Our copy in the database: reading it, and replacing it with what Stripe said. Private.
#pragma once

#include <algorithm>

#include "billing/billing.hpp"

namespace freehold::billing {

// Writes what was fetched, derives the standing anew, and emits what has changed since the last
// time. In the tenant's transaction.
Task<> store_truth(db::ControlTx& tx, const Billing& billing, const Truth& truth);
// The same from our copy alone: when time has changed something.
Task<> derive(db::ControlTx& tx, const Policy& policy, const catalog::Catalog& catalog);

// What of the tenant's money went back.
Task<Returned> returned(db::ControlRead& db);

// A subscription or an invoice by Stripe's id; null: it is not among them.
template <class Row>
const Row* find_same(const std::vector<Row>& rows, const std::string& stripe_id) {
  const auto at = std::ranges::find(rows, stripe_id, &Row::stripe_id);
  return at == rows.end() ? nullptr : &*at;
}

}  // namespace freehold::billing
