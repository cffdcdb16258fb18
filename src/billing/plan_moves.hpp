// From an earlier version of a plan to the one that is sold: only ever by an operator's order.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "billing/billing.hpp"

namespace freehold::billing {

// What becomes of one workspace.
struct PlanMove {
  TenantId tenant_id;
  std::int64_t from_version = 0;
  std::int64_t to_version = 0;
  std::optional<Money> before = {};  // in an interval, beside usage; nothing: it pays nothing
  std::optional<Money> after = {};
  std::optional<Instant> charged_from = {};  // the new price, from then on
  std::string skipped = {};                  // why nothing is done; empty: it is moved
};

// Moves every workspace that has an earlier version of the plan. What it may do changes at once,
// what it pays with the next charge; nothing is charged or given back for the time until then. One
// that cannot be moved is skipped, with the reason, and one that failed halfway is moved by the
// next run. With `dry_run` only says so. Throws std::runtime_error when no plan has the key;
// StripeAway.
Task<std::vector<PlanMove>> move_plan(Billing& billing, std::string plan, bool dry_run);

// "tenant_…: version 1 to 2, $49.00 to $59.00 from 1 January 2027 on"
std::string describe(const PlanMove& move);

}  // namespace freehold::billing
