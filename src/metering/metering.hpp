// How much? PostgreSQL decides each unit before it is used; an acknowledged unit survives any
// crash, and exactly 100 of 1,000 concurrent calls pass a limit of 100.
#pragma once

#include <boost/describe.hpp>
#include <optional>
#include <string>
#include <vector>

#include "core/actor.hpp"
#include "core/keys.hpp"
#include "core/runtime.hpp"
#include "core/task.hpp"
#include "db/db.hpp"
#include "entitlements/entitlements.hpp"

namespace freehold::metering {

// Once per meter, period and threshold.
inline constexpr EventType threshold_reached{
    "usage.threshold_reached"};  // {meter, threshold, used, limit, period_start}

struct Verdict {
  bool allowed = false;
  bool duplicate = false;  // this key was decided before; this is that answer
  std::int64_t used = 0;   // in the period, this call included when allowed
  catalog::Allowance limit;
  Instant resets_at;
};
BOOST_DESCRIBE_STRUCT(Verdict, (), (allowed, duplicate, used, limit, resets_at))

struct Usage {
  std::string meter;
  std::int64_t used = 0;
  catalog::Allowance limit;
  Instant period_start;
  Instant period_end;
  Instant as_of;
};
BOOST_DESCRIBE_STRUCT(Usage, (), (meter, used, limit, period_start, period_end, as_of))

struct DayUsage {
  Instant day;  // its start, UTC
  std::int64_t used = 0;
};
BOOST_DESCRIBE_STRUCT(DayUsage, (), (day, used))

class Meters {
 public:
  Meters(Runtime& runtime, db::Database& database, Clocks clocks);
  ~Meters();
  // Decides `n` units. `key` makes it idempotent for 40 days: the same key has the same answer.
  // Throws Problem 503 `metering_unavailable` when PostgreSQL does not answer (nothing was used).
  Task<Verdict> consume(const Actor& actor, const entitlements::Snapshot& snapshot,
                        const Meter& meter, std::int64_t n, std::string key);
  // Takes back what this key used (the call failed through no fault of the caller). Idempotent.
  Task<> give_back(const Actor& actor, const Meter& meter, std::string key);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// All meters of the plan in the current period, and one meter by day of it.
Task<std::vector<Usage>> usage(db::ControlRead& db, const entitlements::Snapshot& snapshot);
Task<std::vector<DayUsage>> usage_by_day(db::ControlRead& db, const Meter& meter, Instant from,
                                         Instant until);

// 402 `limit_reached`: what was used, when it resets, and the cheapest plan with more.
Problem limit_reached(const Verdict& verdict, const Meter& meter, const catalog::Catalog& catalog,
                      std::string_view upgrade_url);

}  // namespace freehold::metering
