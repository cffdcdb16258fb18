// The worker: one loop that relays, fires crons and leases jobs; each job is a task of its own.
#include <boost/asio/post.hpp>
#include <random>

#include "core/async.hpp"
#include "core/json.hpp"
#include "core/log.hpp"
#include "core/scope.hpp"
#include "events/feed.hpp"
#include "events/work.hpp"

namespace freehold::events {
namespace {

constexpr auto done_jobs_are_kept = days(7);
constexpr auto after_a_failure = std::chrono::seconds(1);

double chance() {
  thread_local std::minstd_rand random{std::random_device{}()};
  return std::uniform_real_distribution<>{0, 1}(random);
}

// Why a job did not succeed, and what to do with it.
struct Outcome {
  enum class Kind { done, retry, snooze, discard } kind = Kind::done;
  std::string error;
  Duration after{};
};

}  // namespace

struct Worker::State : std::enable_shared_from_this<Worker::State> {
  State(const Executor& on, db::Database& database, Clocks clocks, Work work, Config config)
      : executor(on),
        scope(executor),
        pause(executor),
        database(database),
        clocks(clocks),
        work(std::move(work)),
        config(config) {
    for (const Cron& cron : this->work.crons)
      firings.push_back(
          {cron.name, EventType{event_names.emplace_back(cron_event(cron.name))}, cron.run, 3});
    for (const auto* list : {&this->work.subscriptions, &firings}) {
      for (const Subscription& subscription : *list) {
        by_type.emplace(subscription.on.key, &subscription);
        by_kind.emplace(subscription.kind, &subscription);
      }
    }
  }

  Task<> run();
  Task<> run_loop(const Loop& loop);
  Task<bool> step();
  Task<bool> start_jobs();
  Task<> perform(Leased leased);
  Task<Outcome> attempt(const Leased& leased);
  Task<> record(const Leased& leased, const Outcome& outcome);
  Task<> keep_leases();
  Task<> wait(std::chrono::milliseconds duration);
  Task<> settle_once(bool& worked);
  Task<> settle();
  Task<> drain();

  Instant machine_now() const { return clocks.machine.now(); }
  Instant lease_end() const { return machine_now() + config.lease; }

  Executor executor;
  Scope scope;
  Timer pause;
  db::Database& database;
  Clocks clocks;
  Work work;
  Config config;
  std::deque<std::string> event_names;  // of crons; the subscriptions look into them
  std::vector<Subscription> firings;
  SubscriptionsByType by_type;
  std::map<std::string, const Subscription*, std::less<>> by_kind;
  std::map<JobId, Leased> running;
  Uuid lane;
  Instant swept;
  bool woken = false;
  bool stopping = false;
};

Task<> Worker::State::wait(std::chrono::milliseconds duration) {
  if (!std::exchange(woken, false) && !stopping) {
    pause.expires_after(duration);
    co_await pause.async_wait(use_tuple);
    woken = false;
  }
}

Task<> Worker::State::run() {
  while (!stopping) {
    bool worked = false;
    bool failed = false;
    try {
      worked = co_await step();
    } catch (const std::exception& error) {
      log::warn("worker.step_failed", {{"reason", error.what()}});
      failed = true;
    }
    if (failed) {
      co_await wait(after_a_failure);
    } else if (!worked) {
      co_await wait(config.poll);
    }
  }
}

Task<bool> Worker::State::step() {
  if (machine_now() - swept > seconds(5)) {
    swept = machine_now();
    co_await rescue_jobs(database, machine_now());
    co_await remove_old_jobs(database, machine_now() - done_jobs_are_kept);
    co_await number_events(database);  // of a worker that died before it did
  }
  const auto fired = co_await fire_crons(database, work.crons);
  const auto relayed = co_await relay(database, by_type, machine_now());
  const bool started = co_await start_jobs();
  co_return fired > 0 || relayed > 0 || started;
}

Task<bool> Worker::State::start_jobs() {
  const auto room = std::int64_t(config.concurrency) - std::int64_t(running.size());
  if (room <= 0 || stopping) co_return false;
  auto jobs = co_await lease_jobs(database, room, machine_now(), lease_end(), lane);
  for (Leased& leased : jobs) {
    running.emplace(leased.job.id, leased);
    const std::string kind = leased.job.kind;
    scope.spawn(kind, perform(std::move(leased)));
  }
  co_return !jobs.empty();
}

Task<> Worker::State::perform(Leased leased) {
  const auto self = shared_from_this();
  const Outcome outcome = co_await attempt(leased);
  try {
    co_await record(leased, outcome);
  } catch (const std::exception& error) {
    // The lease runs out, and the job is run again: handlers are made for that.
    log::warn(
        "job.not_recorded", leased.job.cause(),
        {{"job", to_string(leased.job.id)}, {"kind", leased.job.kind}, {"reason", error.what()}});
  }
  running.erase(leased.job.id);
  woken = true;
  pause.cancel();
}

Task<Outcome> Worker::State::attempt(const Leased& leased) {
  const auto found = by_kind.find(leased.job.kind);
  if (found == by_kind.end()) {
    // A newer program made it: leave it to a worker that knows the kind.
    co_return Outcome{Outcome::Kind::snooze, "", minutes(1)};
  }
  const Subscription& subscription = *found->second;
  Outcome outcome;
  try {
    const bool in_time = co_await finish_within(subscription.timeout, subscription.run(leased.job));
    if (!in_time) outcome = {Outcome::Kind::retry, "took longer than its timeout", {}};
  } catch (const Snooze& snooze) {
    outcome = {Outcome::Kind::snooze, "", snooze.after};
  } catch (const Discard& discard) {
    outcome = {Outcome::Kind::discard, discard.reason, {}};
  } catch (const std::exception& error) {
    outcome = {Outcome::Kind::retry, error.what(), {}};
  }
  co_return outcome;
}

Task<> Worker::State::record(const Leased& leased, const Outcome& outcome) {
  const bool last = leased.job.attempt >= leased.max_attempts;
  if (outcome.kind == Outcome::Kind::done) {
    co_await finish_job(database, leased, machine_now());
  } else if (outcome.kind == Outcome::Kind::snooze) {
    co_await postpone_job(database, leased, machine_now() + outcome.after);
  } else if (outcome.kind == Outcome::Kind::discard || last) {
    log::error(
        "job.dead", leased.job.cause(),
        {{"job", to_string(leased.job.id)}, {"kind", leased.job.kind}, {"reason", outcome.error}});
    co_await bury_job(database, leased, machine_now(), outcome.error);
  } else {
    log::warn("job.retried", leased.job.cause(),
              {{"job", to_string(leased.job.id)},
               {"kind", leased.job.kind},
               {"attempt", leased.job.attempt},
               {"reason", outcome.error}});
    const Instant again = machine_now() + backoff(leased.job.attempt, chance());
    co_await retry_job(database, leased, again, outcome.error);
  }
}

Task<> Worker::State::keep_leases() {
  while (!stopping || !running.empty()) {
    co_await sleep_for(config.lease / 3);
    std::vector<Leased> held;
    held.reserve(running.size());
    for (const auto& [id, leased] : running) held.push_back(leased);
    for (const Leased& leased : held) {
      try {
        co_await extend_lease(database, leased, lease_end());
      } catch (const std::exception& error) {
        log::warn("job.lease_not_extended", leased.job.cause(),
                  {{"job", to_string(leased.job.id)}, {"reason", error.what()}});
      }
    }
  }
}

Task<> Worker::State::run_loop(const Loop& loop) {
  while (!stopping) {
    bool more = false;
    try {
      more = co_await loop.step();
    } catch (const std::exception& error) {
      log::warn("worker.loop_failed", {{"loop", loop.name}, {"reason", error.what()}});
    }
    if (!more && !stopping) co_await sleep_for(loop.idle);
  }
}

Task<> Worker::State::settle_once(bool& worked) {
  worked = false;
  const auto fired = co_await fire_crons(database, work.crons);
  const auto relayed = co_await relay(database, by_type, machine_now());
  auto jobs = co_await lease_jobs(database, config.concurrency, machine_now(), lease_end(), lane);
  worked = fired > 0 || relayed > 0 || !jobs.empty();
  for (Leased& leased : jobs) co_await perform(std::move(leased));
  for (const Loop& loop : work.loops) {
    const bool more = co_await loop.step();
    worked = worked || more;
  }
}

Worker::Worker(Runtime& runtime, unsigned thread, db::Database& database, Clocks clocks, Work work,
               Config config)
    : state_(std::make_shared<State>(runtime.executor(thread), database, clocks, std::move(work),
                                     config)) {}

Worker::~Worker() = default;

void Worker::start() {
  asio::post(state_->executor, [state = state_] {
    state->scope.spawn("worker", state->run());
    state->scope.spawn("worker.leases", state->keep_leases());
    for (const Loop& loop : state->work.loops) state->scope.spawn(loop.name, state->run_loop(loop));
  });
}

void Worker::wake() {
  asio::post(state_->executor, [state = state_] {
    state->woken = true;
    state->pause.cancel();
  });
}

// On the worker's own thread, the only one that may touch its tasks.
Task<> Worker::State::drain() {
  stopping = true;
  pause.cancel();
  const auto until = std::chrono::steady_clock::now() + config.drain;
  while (!running.empty() && std::chrono::steady_clock::now() < until)
    co_await sleep_for(std::chrono::milliseconds(20));
  for (const auto& [id, leased] : running)
    log::warn("job.abandoned", leased.job.cause(),
              {{"job", to_string(id)}, {"kind", leased.job.kind}});
  co_await scope.stop();
}

Task<> Worker::State::settle() {
  bool worked = true;
  while (worked) co_await settle_once(worked);
}

Task<> Worker::drain() {
  const auto state = state_;
  co_await run_on(state->executor, state->drain());
}

Task<> Worker::settle() {
  const auto state = state_;
  co_await run_on(state->executor, state->settle());
}

}  // namespace freehold::events
