// The steps that a worker repeats. Private to this module.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "events/events.hpp"

namespace freehold::events {

using SubscriptionsByType = std::multimap<std::string, const Subscription*, std::less<>>;

// Turns the oldest events that were not yet relayed into jobs, in one transaction; how many events.
Task<std::int64_t> relay(db::Database& database, const SubscriptionsByType& subscriptions,
                         Instant machine_now);

// Makes an event of every cron that is due and moves it to its next time; how many.
Task<std::int64_t> fire_crons(db::Database& database, const std::vector<Cron>& crons);
// The event type that a cron's firing writes.
std::string cron_event(std::string_view name);

struct Leased {
  Job job;
  Uuid token;
  std::int32_t max_attempts;
};

// Takes up to `count` due jobs, in turns over the tenants, beginning after the lane `after`, which
// it moves on.
Task<std::vector<Leased>> lease_jobs(db::Database& database, std::int64_t count,
                                     Instant machine_now, Instant lease_until, Uuid& after);
// All of them do nothing when the lease was lost to another worker.
Task<> extend_lease(db::Database& database, const Leased& leased, Instant until);
Task<> finish_job(db::Database& database, const Leased& leased, Instant machine_now);
Task<> retry_job(db::Database& database, const Leased& leased, Instant run_at, std::string error);
Task<> postpone_job(db::Database& database, const Leased& leased, Instant run_at);
Task<> bury_job(db::Database& database, const Leased& leased, Instant machine_now,
                std::string error);
// Jobs whose worker has died become available again; how many.
Task<std::int64_t> rescue_jobs(db::Database& database, Instant machine_now);
Task<> remove_old_jobs(db::Database& database, Instant ended_before);

// How long to wait before the next attempt: 15 s · 2^(attempt − 1), at most a day, ±20 %.
// `chance` is uniform in [0, 1).
Duration backoff(std::int32_t attempt, double chance);

}  // namespace freehold::events
