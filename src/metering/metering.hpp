// How much? PostgreSQL decides each unit before it is used; an acknowledged unit survives any
// crash, and exactly 100 of 1,000 concurrent calls pass a limit of 100.
#pragma once

#include <boost/describe.hpp>
#include <optional>
#include <string>
#include <vector>

#include "core/actor.hpp"
#include "core/keys.hpp"
#include "core/module.hpp"
#include "core/notes.hpp"
#include "core/task.hpp"
#include "core/time.hpp"
#include "db/db.hpp"
#include "entitlements/entitlements.hpp"

namespace freehold::metering {

// Once per meter, period and percentage.
inline constexpr EventType threshold_reached{"usage.threshold_reached"};
inline constexpr std::int64_t warning_percent = 80;
Module module();

struct Verdict {
  bool allowed = false;
  bool duplicate = false;  // the key was allowed before; nothing was counted again
  std::int64_t used = 0;   // in the period, this call included when it was allowed
  catalog::Allowance limit;
  Instant resets_at;
};
BOOST_DESCRIBE_STRUCT(Verdict, (), (allowed, duplicate, used, limit, resets_at))

// Decides `n` units for the tenant. The same key again has the same answer and is counted once, for
// 40 days. Opens its own transaction: the decision is durable when it returns. Problem 503
// `metering_unavailable` when PostgreSQL does not answer: nothing was counted, try again with the
// same key.
Task<Verdict> consume(db::Database& database, const Actor& actor,
                      const entitlements::Snapshot& snapshot, const Meter& meter, std::int64_t n,
                      std::string key);

// Takes back what the key used, because the call was refused by the plan or failed through no fault
// of the caller. Doing it twice is the same as doing it once.
Task<> give_back(db::Database& database, const Actor& actor, const Meter& meter, std::string key);

struct Usage {
  std::string meter;
  std::int64_t used = 0;
  catalog::Allowance limit;
  Instant period_start;
  Instant period_end;
  Instant as_of;
};
BOOST_DESCRIBE_STRUCT(Usage, (), (meter, used, limit, period_start, period_end, as_of))
Notes notes_on(const Usage*);

// Every meter that the installation declares, in the current period.
Task<std::vector<Usage>> usage(db::ControlRead& db, const entitlements::Snapshot& snapshot,
                               const catalog::Catalog& catalog);

struct DayUsage {
  Instant day;  // its start, UTC
  std::int64_t used = 0;
};
BOOST_DESCRIBE_STRUCT(DayUsage, (), (day, used))

// The days of [from, until) that have usage, oldest first.
Task<std::vector<DayUsage>> usage_by_day(db::ControlRead& db, const Meter& meter, Instant from,
                                         Instant until);

// Forgets keys older than 40 days, a thousand at a time; how many. For a cron, tenant by tenant.
Task<std::int64_t> forget_old_keys(db::ControlTx& tx);

// 402 `limit_reached`: what was used, when it resets, and the cheapest plan with more.
Problem limit_reached(const Verdict& verdict, const Meter& meter,
                      const entitlements::Snapshot& snapshot, const catalog::Catalog& catalog,
                      std::string_view upgrade_url);

}  // namespace freehold::metering
