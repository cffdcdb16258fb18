// One unit of work on a connection: statements that travel together in one write and end in one
// Sync, and so are one round trip and, without a BEGIN, one transaction. An error inside skips the
// rest of its own flight and nothing of the next.
#pragma once

#include <array>
#include <memory>
#include <optional>

#include "core/async.hpp"
#include "db/detail/failure.hpp"
#include "db/detail/params.hpp"
#include "db/detail/result.hpp"

namespace freehold::db::detail {

class Connection;
class Pool;

using Resume = asio::async_result<asio::use_awaitable_t<Executor>, void()>::handler_type;

// A connection that one transaction has for itself; goes back to its pool at the end of the scope.
class Lease {
 public:
  Lease() = default;
  explicit Lease(std::shared_ptr<Connection> connection) : connection_(std::move(connection)) {}
  Lease(Lease&& other) noexcept = default;
  Lease& operator=(Lease&& other) noexcept;
  ~Lease() { give_back(); }

  explicit operator bool() const { return connection_ != nullptr; }
  const std::shared_ptr<Connection>& connection() const { return connection_; }
  void give_back();

 private:
  std::shared_ptr<Connection> connection_;
};

// How a flight gets into its tenant.
enum class Opening { none, enter, create };

enum class Outcome {
  answered,
  failed,      // PostgreSQL said no: see failure
  lost,        // the connection broke before the answer
  overdue,     // no answer or no free connection in time
  unreachable  // there is no connection to be had
};

// One message on the wire whose answer is due. No statement: a session setting.
struct Step {
  const Statement* statement = nullptr;
  bool is_prepare = false;
};

struct Flight {
  // What to do. The pool adds a lease when its connections are exclusive.
  bool begin = false;
  Opening opening = Opening::none;
  const Statement* statement = nullptr;
  bool binds_tenant = false;  // as $1
  bool is_own = false;        // one of our own, such as COMMIT: may end the transaction
  bool is_patient = false;    // waited for even by a cancelled task
  Uuid tenant;
  Params params;
  Lease lease;

  // What became of it; read after carry().
  Outcome outcome = Outcome::answered;
  bool is_abandoned = false;           // the task was cancelled and did not wait
  bool has_reached_statement = false;  // false: what failed stands before the statement
  Failure failure;
  ResultPtr answer;

  // The messages in flight; the connection's.
  std::array<Step, 16> steps;
  std::size_t sent = 0;
  std::size_t done = 0;

  // Who waits, if anybody does. Set by carry(); only touched on that thread.
  std::optional<Executor> executor;
  unsigned thread = 0;
  std::optional<Resume> waiter;
};
using FlightPtr = std::shared_ptr<Flight>;

// Hands the flight to the pool and waits for what becomes of it. Throws operation_aborted when the
// waiting task is cancelled.
Task<> carry(Pool& pool, FlightPtr flight);

// Wakes the task that waits, at once or after the current handler.
void finish(FlightPtr flight);
void finish_later(FlightPtr flight);
// Lets go of the task without waking it: the program is ending.
void drop(Flight& flight);

}  // namespace freehold::db::detail
