#include "db/detail/pool.hpp"

#include <boost/asio/post.hpp>

#include "core/log.hpp"
#include "core/runtime.hpp"
#include "db/detail/login.hpp"
#include "db/detail/opening.hpp"

namespace freehold::db::detail {
namespace {

// Flights on one shared connection. Two keep the server busy while an answer travels; more would
// only wait longer behind a slow one.
constexpr std::size_t shared_depth = 3;
// How long a call waits for the first sign of a server that was away.
constexpr std::chrono::milliseconds patience_while_failing{250};
// How much longer than its statement_timeout a statement may take before the server counts as hung.
constexpr std::chrono::milliseconds grace{2'000};

struct CountedDown {
  ~CountedDown() { --*count; }
  std::shared_ptr<int> count;
};

}  // namespace

Pool::Pool(Watch& watch, PoolSettings settings)
    : watch_(watch), settings_(std::move(settings)), sets_per_flight_(settings_.has_pooler) {}

Pool::~Pool() {
  for (const auto& connection : connections_) connection->detach();
  for (const Waiting& waiting : waiting_flights_) drop(*waiting.flight);
}

const Executor& Pool::executor() const {
  return watch_.executor();
}

bool Pool::is_home() const {
  return Runtime::current() == watch_.thread();
}

void Pool::accept(FlightPtr flight) {
  if (is_home()) return submit(std::move(flight));
  asio::post(executor(),
             [this, flight = std::move(flight)]() mutable { submit(std::move(flight)); });
}

void Pool::submit(FlightPtr flight) {
  watch_.arm();
  if (flight->lease) {
    Connection& connection = *flight->lease.connection();
    if (!connection.is_open()) return refuse(std::move(flight), Outcome::lost);
    return connection.send(std::move(flight));
  }
  if (is_stopping_) return refuse(std::move(flight), Outcome::unreachable);
  if (waiting_flights_.empty()) {
    if (Connection* connection = least_busy()) {
      if (connection->depth() > 0 && *opening_ == 0) grow();
      return start(*connection, std::move(flight));
    }
  }
  enqueue(std::move(flight));
}

void Pool::enqueue(FlightPtr flight) {
  if (*opening_ <= int(waiting_flights_.size())) grow();
  if (connections_.empty() && *opening_ == 0) {
    return refuse(std::move(flight), Outcome::unreachable);
  }
  const auto patience = backoff_.is_failing()
                            ? std::min(patience_while_failing, settings_.acquire_timeout)
                            : settings_.acquire_timeout;
  waiting_flights_.push_back({std::move(flight), Clock::now() + patience});
  set_waiting();
}

void Pool::forget(const FlightPtr& flight) {
  if (!is_home()) return asio::post(executor(), [this, flight] { forget(flight); });
  std::erase_if(waiting_flights_, [&](const Waiting& at) { return at.flight == flight; });
  set_waiting();
}

bool Pool::is_available(const Connection& connection) const {
  const std::size_t cap = settings_.is_exclusive ? 1 : shared_depth;
  return connection.is_open() && !connection.is_retiring() && !connection.is_leased &&
         connection.depth() < cap;
}

Connection* Pool::least_busy() const {
  Connection* best = nullptr;
  for (const auto& connection : connections_) {
    if (!is_available(*connection)) continue;
    if (connection->depth() == 0) return connection.get();
    if (best == nullptr || connection->depth() < best->depth()) best = connection.get();
  }
  return best;
}

void Pool::start(Connection& connection, FlightPtr flight) {
  if (settings_.is_exclusive) {
    connection.is_leased = true;
    flight->lease = Lease(connection.shared_from_this());
  }
  connection.send(std::move(flight));
}

void Pool::serve_waiting(Connection& connection) {
  while (!waiting_flights_.empty() && is_available(connection)) {
    FlightPtr flight = std::move(waiting_flights_.front().flight);
    waiting_flights_.pop_front();
    set_waiting();
    start(connection, std::move(flight));
  }
}

void Pool::on_landed(Connection& connection) {
  if (connection.depth() == 0 && connection.is_returning) {
    connection.is_returning = connection.is_leased = false;
    // The ROLLBACK is done and a transaction is still open, or the session is not what it was.
    if (!connection.is_clean()) return connection.close(Outcome::lost);
  }
  serve_waiting(connection);
  const bool is_idle = connection.depth() == 0 && !connection.is_leased;
  if (is_idle && (is_stopping_ || connection.is_retiring())) connection.close(Outcome::lost);
}

void Pool::take_back(std::shared_ptr<Connection> connection) {
  if (is_home()) return settle(connection);
  asio::post(executor(), [this, connection = std::move(connection)] { settle(connection); });
}

// A transaction let go of its connection, in whatever state: nobody gets it before it is clean.
void Pool::settle(const std::shared_ptr<Connection>& connection) {
  if (!connection->is_open()) return;
  connection->is_returning = true;
  if (connection->depth() > 0 || !connection->is_clean()) {
    const auto rollback = std::make_shared<Flight>();
    rollback->statement = &rollback_statement();
    rollback->is_own = true;
    watch_.arm();
    return connection->send(rollback);
  }
  on_landed(*connection);
}

void Pool::on_closed(Connection& connection) {
  const auto is_it = [&](const auto& other) { return other.get() == &connection; };
  std::erase_if(connections_, is_it);
  open_.store(int(connections_.size()), std::memory_order_relaxed);
  if (waiting_flights_.empty()) return;
  grow();
  if (connections_.empty() && *opening_ == 0) refuse_all();
}

void Pool::grow() {
  if (is_stopping_ || int(connections_.size()) + *opening_ >= settings_.limit) return;
  // While the server is away, one attempt at a time finds out whether it is back.
  if (backoff_.is_failing() && (*opening_ > 0 || !backoff_.may_try(Clock::now()))) return;
  ++*opening_;
  watch_.connecting().spawn("db.connect", open_connection());
}

Task<> Pool::open_connection() {
  Login login;
  {
    const CountedDown counted{opening_};
    login = co_await log_in_as_role();
  }
  if (!login.connection) co_return on_refused(login.refusal);
  if (backoff_.is_failing()) log::info("db.back", {{"role", name_of(settings_.role)}});
  backoff_.on_success();
  const Settings later = sets_per_flight_ ? settings_.session : Settings{};
  const auto connection = std::make_shared<Connection>(*this, std::move(login.connection), later);
  connections_.push_back(connection);
  open_.store(int(connections_.size()), std::memory_order_relaxed);
  connection->start();
  on_landed(*connection);
}

Task<Login> Pool::log_in_as_role() {
  const Settings first = sets_per_flight_ ? Settings{} : settings_.session;
  Login login = co_await log_in(settings_.conninfo, first, settings_.connect_timeout);
  if (login.refuses_settings && !sets_per_flight_) {
    sets_per_flight_ = true;
    log::warn("db.pooler", {{"role", name_of(settings_.role)}, {"reason", login.refusal}});
    login = co_await log_in(settings_.conninfo, Settings{}, settings_.connect_timeout);
  }
  co_return login;
}

// Logged once for each outage, not for each attempt.
void Pool::on_refused(const std::string& reason) {
  const auto level = backoff_.is_failing() ? log::Level::debug : log::Level::warn;
  log::write(level, "db.unreachable", {{"role", name_of(settings_.role)}, {"reason", reason}});
  backoff_.on_failure(Clock::now());
  last_refusal_ = reason;
  if (connections_.empty() && *opening_ == 0) refuse_all();
}

void Pool::refuse_all() {
  for (Waiting& waiting : std::exchange(waiting_flights_, {})) {
    refuse(std::move(waiting.flight), Outcome::unreachable);
  }
  set_waiting();
}

void Pool::refuse(FlightPtr flight, Outcome outcome) const {
  flight->outcome = outcome;
  if (outcome == Outcome::unreachable) flight->failure.message = last_refusal_;
  finish_later(std::move(flight));
}

void Pool::expire(Clock::time_point now) {
  const auto is_due = [&](const Waiting& waiting) { return waiting.deadline <= now; };
  for (Waiting& waiting : waiting_flights_) {
    if (is_due(waiting)) refuse(waiting.flight, Outcome::overdue);
  }
  std::erase_if(waiting_flights_, is_due);
  set_waiting();
}

bool Pool::tick() {
  if (!waiting_flights_.empty()) expire(Clock::now());
  bool is_busy = !waiting_flights_.empty();
  const auto limit = (settings_.statement_timeout + grace) / Watch::period;
  const auto connections = connections_;
  for (const auto& connection : connections) {
    if (connection->depth() == 0) continue;
    is_busy = true;
    if (++connection->age <= limit) continue;
    log::warn("db.no_answer", {{"role", name_of(settings_.role)}});
    connection->close(Outcome::overdue);
  }
  return is_busy;
}

void Pool::stop() {
  is_stopping_ = true;
  const auto connections = connections_;
  for (const auto& connection : connections) on_landed(*connection);
  if (connections_.empty()) refuse_all();
}

Watch::Watch(const Executor& executor, unsigned thread)
    : executor_(executor), thread_(thread), timer_(executor), connecting_(executor) {}

void Watch::arm() {
  if (is_armed_) return;
  is_armed_ = true;
  timer_.expires_after(period);
  timer_.async_wait([this](boost::system::error_code error) {
    if (!error) tick();
  });
}

void Watch::tick() {
  is_armed_ = false;
  bool is_busy = false;
  for (const auto& pool : pools_) is_busy = pool->tick() || is_busy;
  if (is_busy) arm();
}

Task<> Watch::close() {
  for (const auto& pool : pools_) pool->stop();
  co_await connecting_.stop();
  const auto is_empty = [](const auto& pool) { return pool->is_empty(); };
  while (!std::all_of(pools_.begin(), pools_.end(), is_empty)) {
    co_await sleep_for(std::chrono::milliseconds(5));
  }
}

}  // namespace freehold::db::detail
