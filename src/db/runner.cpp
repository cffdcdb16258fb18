#include "db/detail/runners.hpp"

#include "core/log.hpp"
#include "core/problem.hpp"
#include "db/db.hpp"
#include "db/detail/opening.hpp"

namespace freehold::db::detail {
namespace {

using Clock = std::chrono::steady_clock;

// How long a call waits for a tenant that is being moved, and how often it looks.
constexpr std::chrono::milliseconds moving_patience{2'000};
constexpr std::chrono::milliseconds longest_look{200};

FlightPtr flight_of(const QueryInfo& query, Params params, const std::optional<Actor>& actor) {
  const auto flight = std::make_shared<Flight>();
  flight->statement = &query.statement;
  flight->binds_tenant = query.scope == Scope::tenant;
  flight->params = std::move(params);
  if (actor) flight->tenant = actor->tenant().uuid;
  return flight;
}

void set_back(Flight& flight) {
  flight.lease = {};
  flight.outcome = Outcome::answered;
  flight.has_reached_statement = false;
  flight.failure = {};
  flight.answer.reset();
}

log::Cause cause_of(const Runner& runner) {
  return runner.actor ? log::cause_of(*runner.actor) : log::Cause{};
}

[[noreturn]] void throw_outcome(const Runner& runner, std::string_view query,
                                const Flight& flight) {
  switch (flight.outcome) {
    case Outcome::lost:
    case Outcome::unreachable:
      throw_unavailable();
    case Outcome::overdue:
      throw_timeout();
    default:
      throw_failure(query, flight.failure, cause_of(runner));
  }
}

std::string reason_of(const Flight& flight) {
  switch (flight.outcome) {
    case Outcome::lost:
      return "the connection broke";
    case Outcome::overdue:
      return "no answer in time";
    default:
      return flight.failure.message;
  }
}

bool is_moving(const Flight& flight) {
  return flight.outcome == Outcome::failed && !flight.has_reached_statement &&
         means_moving(flight.failure);
}

}  // namespace

// Waits a little longer each time. False when it has been long enough.
Task<bool> MoveWait::wait() {
  const auto now = Clock::now();
  if (until_ == Clock::time_point{}) until_ = now + moving_patience;
  if (now >= until_) co_return false;
  co_await sleep_for(look_);
  look_ = std::min(2 * look_, longest_look);
  co_return true;
}

Task<Result> SharedRunner::run(const QueryInfo& query, Params params) {
  Stopwatch stopwatch(uses, query);
  const FlightPtr flight = flight_of(query, std::move(params), actor);
  flight->opening = opening_;
  MoveWait moving;
  bool is_repeated = false;
  for (;;) {
    co_await carry(pool_, flight);
    if (flight->outcome == Outcome::answered) {
      stopwatch.succeed();
      co_return Result(query, std::move(flight->answer));
    }
    if (is_moving(*flight)) {
      const bool has_waited = co_await moving.wait();
      if (!has_waited) break;
    } else if (is_repeated || !may_be_repeated(*flight)) {
      break;
    } else {
      is_repeated = true;
    }
    set_back(*flight);
  }
  throw_outcome(*this, query.name, *flight);
}

// Reading twice is as good as reading once.
bool SharedRunner::may_be_repeated(const Flight& flight) {
  return flight.outcome == Outcome::lost ||
         (flight.outcome == Outcome::failed && means_stale_statement(flight.failure));
}

Task<Result> TxRunner::run(const QueryInfo& query, Params params) {
  check_usable(query.name);
  Stopwatch stopwatch(uses, query);
  const FlightPtr flight = flight_of(query, std::move(params), actor);
  state_ = State::spoiled;  // until the answer says otherwise, also when this task is cancelled
  co_await send(flight);
  lease_ = std::move(flight->lease);
  if (flight->outcome != Outcome::answered) {
    reason_ = reason_of(*flight);
    throw_outcome(*this, query.name, *flight);
  }
  state_ = State::open;
  stopwatch.succeed();
  co_return Result(query, std::move(flight->answer));
}

// Nothing has run while the tenant could not be entered, so the beginning may be repeated.
Task<> TxRunner::send(FlightPtr flight) {
  MoveWait moving;
  flight->begin = !lease_;
  flight->lease = std::move(lease_);
  if (!flight->begin) {
    co_await carry(pool_, flight);
    co_return;
  }
  flight->opening = opening_;
  for (;;) {
    co_await carry(pool_, flight);
    if (!is_moving(*flight)) co_return;
    const bool has_waited = co_await moving.wait();
    if (!has_waited) co_return;
    set_back(*flight);
  }
}

void TxRunner::check_usable(std::string_view query) const {
  if (state_ == State::open) return;
  throw QueryError(std::string(query), "25P02",
                   state_ == State::ended ? "the transaction has ended"
                                          : "the transaction failed before: " + reason_);
}

Task<> TxRunner::commit() {
  check_usable("commit");
  state_ = State::ended;
  if (lease_) {
    const auto flight = std::make_shared<Flight>();
    flight->statement = &commit_statement();
    flight->is_own = flight->is_patient = true;
    flight->lease = std::move(lease_);
    co_await carry(pool_, flight);
    if (flight->outcome != Outcome::answered) throw_outcome(*this, "commit", *flight);
  }
  run_hints();
}

// What a hint does is past its transaction: its failure is not the caller's.
void TxRunner::run_hints() {
  for (const auto& hint : std::exchange(hints_, {})) {
    try {
      hint();
    } catch (const std::exception& error) {
      log::error("db.hint_failed", cause_of(*this), {{"reason", error.what()}});
    }
  }
}

Task<std::int64_t> changed_rows(Runner& runner, const QueryInfo& query, Params params) {
  const Result result = co_await runner.run(query, std::move(params));
  co_return result.changed_rows();
}

}  // namespace freehold::db::detail
