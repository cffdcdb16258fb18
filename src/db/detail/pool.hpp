// The connections of one role on one thread, of one kind: shared ones, which carry several flights
// at a time, or exclusive ones, which a transaction has for itself.
#pragma once

#include <atomic>
#include <chrono>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "core/scope.hpp"
#include "db/conninfo.hpp"
#include "db/detail/backoff.hpp"
#include "db/detail/connection.hpp"

namespace freehold::db::detail {

class Watch;
struct Login;

struct PoolSettings {
  Role role;
  bool is_exclusive;
  int limit;  // connections
  Conninfo conninfo;
  Settings session;         // what each session runs with
  bool has_pooler = false;  // nothing lasts in a session from one transaction to the next
  std::chrono::milliseconds statement_timeout;
  std::chrono::milliseconds acquire_timeout;
  std::chrono::milliseconds connect_timeout;
};

class Pool {
 public:
  Pool(Watch& watch, PoolSettings settings);
  ~Pool();
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;

  // From any io thread.
  void accept(FlightPtr flight);
  void forget(const FlightPtr& flight);  // a flight that may still wait for a connection
  void take_back(std::shared_ptr<Connection> connection);

  // From its connections.
  bool is_exclusive() const { return settings_.is_exclusive; }
  bool has_pooler() const { return settings_.has_pooler; }
  void on_landed(Connection& connection);
  void on_closed(Connection& connection);

  // From the watch: whether there is anything to watch.
  bool tick();
  // Takes no new work and closes what is idle, from now on.
  void stop();
  bool is_empty() const { return connections_.empty(); }

  const PoolSettings& settings() const { return settings_; }
  int open() const { return open_.load(std::memory_order_relaxed); }
  int waiting() const { return waiting_.load(std::memory_order_relaxed); }
  const Executor& executor() const;

 private:
  using Clock = std::chrono::steady_clock;
  struct Waiting {
    FlightPtr flight;
    Clock::time_point deadline;
  };

  bool is_home() const;
  void submit(FlightPtr flight);
  void settle(const std::shared_ptr<Connection>& connection);
  void enqueue(FlightPtr flight);
  void serve_waiting(Connection& connection);
  void start(Connection& connection, FlightPtr flight);
  Connection* least_busy() const;
  bool is_available(const Connection& connection) const;
  void grow();
  Task<> open_connection();
  Task<Login> log_in_as_role();
  void on_refused(const std::string& reason);
  void refuse_all();
  void refuse(FlightPtr flight, Outcome outcome) const;
  void expire(Clock::time_point now);
  void set_waiting() { waiting_.store(int(waiting_flights_.size()), std::memory_order_relaxed); }

  Watch& watch_;
  const PoolSettings settings_;
  bool sets_per_flight_ = false;  // behind a pooler: settings come with each transaction
  std::vector<std::shared_ptr<Connection>> connections_;
  std::deque<Waiting> waiting_flights_;
  Backoff backoff_;
  std::string last_refusal_;
  // Shared with the tasks that log in: one that still waits when its node is taken down is
  // destroyed after the pool.
  std::shared_ptr<int> opening_ = std::make_shared<int>(0);
  bool is_stopping_ = false;
  std::atomic<int> open_ = 0;
  std::atomic<int> waiting_ = 0;
};

// What the pools of one thread share: its executor, the tasks that connect, and a timer that ticks
// while any of them has work under way.
class Watch {
 public:
  static constexpr std::chrono::milliseconds period{50};

  Watch(const Executor& executor, unsigned thread);

  const Executor& executor() const { return executor_; }
  unsigned thread() const { return thread_; }
  freehold::Scope& connecting() { return connecting_; }
  std::vector<std::unique_ptr<Pool>>& pools() { return pools_; }
  void arm();
  // Stops the pools and waits until their connections are closed.
  Task<> close();

 private:
  void tick();

  Executor executor_;
  unsigned thread_;
  Timer timer_;
  bool is_armed_ = false;
  freehold::Scope connecting_;
  std::vector<std::unique_ptr<Pool>> pools_;
};

}  // namespace freehold::db::detail
