// What the installation earns in a month, and how that moves. docs/billing-numbers.md defines the
// words. Each currency by itself: amounts of several are never added up.
#pragma once

#include <boost/describe.hpp>
#include <optional>
#include <string>
#include <vector>

#include "core/id.hpp"
#include "core/keys.hpp"
#include "core/task.hpp"
#include "core/time.hpp"
#include "db/db.hpp"

namespace freehold::billing {

// A month of a currency.
struct RevenueMonth {
  Instant month;  // its beginning, UTC
  std::string currency;
  std::string kind;  // new, expansion, contraction, churn, reactivation
  std::int64_t amount = 0;
  std::int64_t tenants = 0;
};
BOOST_DESCRIBE_STRUCT(RevenueMonth, (), (month, currency, kind, amount, tenants))

struct CurrencyRevenue {
  std::string currency;
  std::int64_t mrr = 0;
  std::int64_t tenants = 0;  // that bring some of it
};
BOOST_DESCRIBE_STRUCT(CurrencyRevenue, (), (currency, mrr, tenants))

// A stage of reminding: how many are there, and what they owe.
struct Arrears {
  std::string step;  // first, reminder, last_warning, cut
  std::string currency;
  std::int64_t tenants = 0;
  std::int64_t amount = 0;
};
BOOST_DESCRIBE_STRUCT(Arrears, (), (step, currency, tenants, amount))

// The sums of movements from that month on, oldest first.
Task<std::vector<RevenueMonth>> movements_since(db::StaffRead& db, Instant month);
// What there was at a time: the sum of the movements before it. By currency.
Task<std::vector<CurrencyRevenue>> revenue_at(db::StaffRead& db, Instant at);
Task<std::vector<Arrears>> arrears(db::StaffRead& db);

// The tenants behind a figure, at most 1,000.
Task<std::vector<TenantId>> tenants_that_moved(db::StaffRead& db, RevenueMonth figure);
Task<std::vector<TenantId>> tenants_in_arrears(db::StaffRead& db, std::string step);
Task<std::vector<TenantId>> tenants_paying_in(db::StaffRead& db, std::string currency);

// Writes the movements between what the movements say and what the subscriptions bring, in the
// transaction that changed them. Again: nothing.
Task<> note_movements(db::ControlTx& tx);

}  // namespace freehold::billing
