// What happens later. A change writes an outbox row in its own transaction; a relay turns the row
// into one job per subscription; workers run the jobs. Jobs arise only from outbox rows, so nothing
// is done twice and nothing that was committed is forgotten.
#pragma once

#include <boost/describe.hpp>
#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/actor.hpp"
#include "core/id.hpp"
#include "core/keys.hpp"
#include "core/log.hpp"
#include "core/runtime.hpp"
#include "core/task.hpp"
#include "db/db.hpp"

namespace freehold::events {

struct Event {
  EventId id;
  std::string type;
  std::optional<TenantId> tenant;  // none: something of the installation (a sign-up, a staff act)
  std::string payload;             // JSON object
  Instant occurred_at;             // business clock
  // Of the request that it follows from, directly or by a job; empty: time or the program itself.
  std::string request_id = {};
  std::string trace_id = {};
};

// Writes the event in this transaction. `payload` is JSON text of an object; ids only, no personal
// data (events are kept). Each call adds one row. In a tenant the request behind it is that of the
// transaction's actor.
Task<EventId> emit(db::ControlTx& tx, const EventType& type, std::string payload);
Task<EventId> emit(db::DataTx& tx, const EventType& type, std::string payload);
// Without a tenant.
Task<EventId> emit(db::IdentityTx& tx, const EventType& type, std::string payload, Origin origin);
Task<EventId> emit(db::StaffTx& tx, const EventType& type, std::string payload, Origin origin);
Task<EventId> emit(db::SystemTx& tx, const EventType& type, std::string payload);

// One run of one subscription for one event. Runs at least once; the same job has the same id on
// each attempt, which is the key for anything it does outside.
struct Job {
  JobId id;
  std::string kind;  // "billing.create_customer"
  Event event;
  int attempt = 1;

  // The names of the request that its event follows from.
  Origin origin() const;
  // Whose doing a line of the log is about that is written while it runs.
  log::Cause cause() const;
  // The actor to open the tenant's transactions with. Throws std::logic_error without a tenant.
  Actor actor() const;
  // The same in a tenant of the handler's choice: for crons that go through all tenants.
  Actor actor_in(TenantId tenant) const;
};

// Thrown by a handler instead of failing:
struct Snooze {
  std::chrono::seconds after;
};  // try again later, not counted as an attempt
struct Discard {
  std::string reason;
};  // never try again: a dead letter at once

using Handler = std::function<Task<>(const Job&)>;

// "On this event, run this." Anything thrown is retried with backoff (15 s · 2^attempt, at most a
// day, ±20 %) until max_attempts, then kept as a dead letter.
struct Subscription {
  std::string_view kind;  // unique in the program, stable: it is stored
  EventType on;
  Handler run;
  int max_attempts = 25;
  std::chrono::seconds timeout{60};  // per attempt; then cancelled and retried
};

// Runs every `every` of business time, once per due time over all workers; missed times are made
// up for by one run.
struct Cron {
  std::string_view name;
  Duration every;
  Handler run;
};

// A loop of a worker over a queue that a module leases itself (billing's customers, metering's
// thresholds): called again at once while it returns true, otherwise after `idle` or a wake().
struct Loop {
  std::string_view name;
  std::function<Task<bool>()> step;
  std::chrono::milliseconds idle{250};
};

struct Work {
  std::vector<Subscription> subscriptions = {};
  std::vector<Cron> crons = {};
  std::vector<Loop> loops = {};
};

struct Config {
  int concurrency = 8;                  // jobs at once per worker
  std::chrono::milliseconds poll{250};  // between looks at the queue when nothing wakes us
  std::chrono::seconds lease{30};       // a job of a dead worker is run again after this
  std::chrono::seconds drain{25};       // for jobs in hand at shutdown
};

// Runs relay, jobs, crons and loops on one io thread of this process. Several workers share the
// work; each job is run by one at a time (lease with a fencing token).
class Worker {
 public:
  Worker(Runtime& runtime, unsigned thread, db::Database& database, Clocks clocks, Work work,
         Config config);
  ~Worker();
  void start();
  // Hint that there is work (after a commit in this process, or from Redis); any thread.
  void wake();
  // Stops taking jobs, lets those in hand finish within Config::drain, releases the rest.
  Task<> drain();
  // Runs everything that is due now, until nothing is left: for tests and `freehold up`'s clock.
  Task<> settle();

 private:
  struct State;
  std::shared_ptr<State> state_;
};

// For the staff panel ("failed events").
struct DeadJob {
  JobId id;
  std::string kind;
  std::optional<TenantId> tenant_id;
  std::int32_t attempt;
  std::string error;
  Instant failed_at;
};
BOOST_DESCRIBE_STRUCT(DeadJob, (), (id, kind, tenant_id, attempt, error, failed_at))
Task<std::vector<DeadJob>> dead_jobs(db::SystemRead& db);
// Makes a dead job due at once: one of the transaction's tenant, or one of no tenant. Throws
// Problem::not_found when there is no such dead job.
Task<> replay(db::ControlTx& tx, JobId job, Instant machine_now);
Task<> replay(db::SystemTx& tx, JobId job, Instant machine_now);

// How much work there is, over all tenants: what /metrics shows.
struct Backlog {
  std::int64_t available = 0;  // jobs that wait, those that are due later included
  std::int64_t running = 0;
  std::int64_t dead = 0;
  double oldest_due_seconds = 0;  // how long the longest-waiting due job has been due
};
BOOST_DESCRIBE_STRUCT(Backlog, (), (available, running, dead, oldest_due_seconds))
Task<Backlog> backlog(db::SystemRead& db, Instant machine_now);

// A place in a tenant's log, which goes from new to old: behind an event, or in front of all those
// of an instant.
struct After {
  Instant occurred_at;
  std::optional<EventId> id = {};  // none: in front of them
};
// A tenant's events, newest first: its chronological log, from its beginning or from a place in it.
Task<std::vector<Event>> recent_events(db::ControlRead& db, std::optional<After> after, int limit);

// What has happened after `since`, in whatever tenant, oldest first; at most 1,000 events.
Task<std::vector<Event>> events_since(db::SystemRead& db, Instant since);

}  // namespace freehold::events
