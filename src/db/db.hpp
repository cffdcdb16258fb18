// PostgreSQL, reached through transactions whose type says the role and what it may touch.
//
//   tenant's rows   control plane  ControlRead, ControlTx   role fh_control
//   directories     control plane  DirectoryRead            role fh_control, without a tenant
//                   data plane     DataRead, DataTx         role fh_app
//                   moves, purges  MoverTx                  role fh_mover
//   global rows     identity       IdentityRead, IdentityTx role fh_auth
//                   staff          StaffRead, StaffTx       role fh_staff
//                   queues         SystemRead, SystemTx     role fh_worker
//
// A …Read takes no connection: each call is one flight (`fh.enter` and the statement, one round
// trip) on a connection that is shared by pipelining, read-only and bounded by a short
// statement_timeout. A …Tx has a connection for itself from its first statement on: BEGIN and
// `fh.enter` travel with that statement; commit() ends it. Dropped without commit() it is rolled
// back, and its connection is not used again before that has happened. A statement that failed
// spoils its transaction: what follows throws, and so does commit().
//
// A task that is cancelled stops waiting at once, and its statement is seen through to its end
// behind its back. A COMMIT that was sent is always waited for.
//
// Errors: a violated constraint throws ConstraintViolation with the constraint's name; a deadline
// throws Problem 503 `database_timeout`; a lost connection throws Problem 503
// `database_unavailable`, for COMMIT too, which then may have happened or not; a tenant that is not
// in this database throws Problem::not_found("workspace"), one that is moving Problem 503
// `workspace_moving` after two seconds; text that PostgreSQL cannot store (U+0000) throws Problem
// 400 `invalid_text`; two transactions that cannot both be, SerializationFailure; anything else is
// a QueryError with the query's name and SQLSTATE.
#pragma once

#include <chrono>
#include <concepts>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <vector>

#include "core/actor.hpp"
#include "core/crypto.hpp"
#include "core/runtime.hpp"
#include "core/task.hpp"
#include "core/time.hpp"
#include "db/query.hpp"

namespace freehold::db {

enum class Role { app, control, auth, staff, worker, mover };
std::string_view name_of(Role role);  // "fh_app"

struct QueryError : std::runtime_error {
  QueryError(std::string query, std::string sqlstate, const std::string& message);
  std::string query;
  std::string sqlstate;  // empty when the answer does not fit the query's types
};

// SQLSTATE class 23. The constraint's name is a sentence; modules map it to a Problem.
struct ConstraintViolation : QueryError {
  ConstraintViolation(std::string query, std::string sqlstate, const std::string& message,
                      std::string constraint);
  std::string constraint;
};

// SQLSTATE 40001 and 40P01: the same transaction, run again from its start, may succeed.
struct SerializationFailure : QueryError {
  using QueryError::QueryError;
};

// What stands between this program and the server.
enum class Pooler {
  none,
  // Gives each transaction whichever connection is free (PgBouncer's transaction mode): statements
  // are not prepared, and session settings travel with each transaction.
  transaction
};

struct Config {
  // libpq conninfo or URL without user: host, port, dbname, sslmode …; each role adds its own name
  // and password.
  std::string url;
  Pooler pooler = Pooler::none;
  // Each role's password is derived from it (see db/conninfo.hpp); empty when the server trusts the
  // socket.
  Secret master_key = {};
  // What an operator reads in pg_stat_activity.application_name, where the url does not say it.
  std::string application_name = "freehold";
  // Connections of this node, all roles and threads together; at least 11 (see the README).
  int budget = 40;
  std::chrono::milliseconds read_timeout{2'000};     // statement_timeout of a flight
  std::chrono::milliseconds write_timeout{10'000};   // statement_timeout inside a …Tx
  std::chrono::milliseconds acquire_timeout{2'000};  // waiting for a connection
  std::chrono::milliseconds connect_timeout{5'000};
};

class Database;
namespace detail {
class Runner;  // runs a statement: shared pipeline or own connection
}

// The argument for a parameter of type T. Only the query decides what T is, so that "text" passes
// for a std::string.
template <class T>
using As = std::type_identity_t<T>;

// Reads global rows. Base of every transaction: what differs is which queries the type lets
// through. It runs one statement at a time, on the thread that made it.
class Reader {
 public:
  virtual ~Reader();
  Instant now() const;  // the business clock, the same instant for the whole transaction

 protected:
  explicit Reader(std::unique_ptr<detail::Runner> runner);
  Reader(Reader&&) noexcept;
  Reader& operator=(Reader&&) noexcept;
  std::unique_ptr<detail::Runner> runner_;
  friend class Database;
};

// Queries over global tables.
class PlainReader : public Reader {
 public:
  // All rows; exactly one row (throws Problem::not_found when there is none); at most one row. More
  // rows than one where one was expected are a QueryError.
  template <class Row, class... Args>
  Task<std::vector<Row>> rows(const Query<Row, Args...>& query, const As<Args>&... args);
  template <class Row, class... Args>
  Task<Row> row(const Query<Row, Args...>& query, const As<Args>&... args);
  template <class Row, class... Args>
  Task<std::optional<Row>> find(const Query<Row, Args...>& query, const As<Args>&... args);

 protected:
  using Reader::Reader;
};

// Queries over one tenant's tables: the tenant of the actor.
class TenantReader : public Reader {
 public:
  const Actor& actor() const;
  TenantId tenant() const;

  template <class Row, class... Args>
  Task<std::vector<Row>> rows(const TenantQuery<Row, Args...>& query, const As<Args>&... args);
  template <class Row, class... Args>
  Task<Row> row(const TenantQuery<Row, Args...>& query, const As<Args>&... args);
  template <class Row, class... Args>
  Task<std::optional<Row>> find(const TenantQuery<Row, Args...>& query, const As<Args>&... args);

  // Exact-match look-ups in directories (functions that the tenant's role was granted by name).
  template <class Row, class... Args>
  Task<std::vector<Row>> rows(const Query<Row, Args...>& query, const As<Args>&... args);
  template <class Row, class... Args>
  Task<Row> row(const Query<Row, Args...>& query, const As<Args>&... args);
  template <class Row, class... Args>
  Task<std::optional<Row>> find(const Query<Row, Args...>& query, const As<Args>&... args);

 protected:
  using Reader::Reader;
};

class ControlRead : public TenantReader {
  using TenantReader::TenantReader;
  friend class Database;
};
class DataRead : public TenantReader {
  using TenantReader::TenantReader;
  friend class Database;
};
class IdentityRead : public PlainReader {
  using PlainReader::PlainReader;
  friend class Database;
};
// Directories, before a tenant is known: fh_control without a tenant, for exact-match functions
// only.
class DirectoryRead : public PlainReader {
  using PlainReader::PlainReader;
  friend class Database;
};
class StaffRead : public PlainReader {
  using PlainReader::PlainReader;
  friend class Database;
};
class SystemRead : public PlainReader {
  using PlainReader::PlainReader;
  friend class Database;
};

// Adds writing and commit to one of the readers above.
template <class Read>
class Writer : public Read {
 public:
  // Runs a statement without rows; how many rows it changed.
  template <class... Args>
  Task<std::int64_t> run(const TenantQuery<void, Args...>& query, const As<Args>&... args)
    requires std::derived_from<Read, TenantReader>;
  template <class... Args>
  Task<std::int64_t> run(const Query<void, Args...>& query, const As<Args>&... args);

  // Ends the transaction. After it the object is spent. A failure of COMMIT itself is thrown.
  Task<> commit();

  // Runs after a successful commit, on the same thread, not awaited: for hints (cache
  // invalidation, waking a worker), never for what must happen. What a hint throws is logged.
  void after_commit(std::function<void()> hint);

 protected:
  using Read::Read;
  friend class Database;
};

class ControlTx : public Writer<ControlRead> {
  using Writer<ControlRead>::Writer;
  friend class Database;
};
class DataTx : public Writer<DataRead> {
  using Writer<DataRead>::Writer;
  friend class Database;
};
class MoverTx : public Writer<TenantReader> {
  using Writer<TenantReader>::Writer;
  friend class Database;
};
class IdentityTx : public Writer<IdentityRead> {
  using Writer<IdentityRead>::Writer;
  friend class Database;
};
class StaffTx : public Writer<StaffRead> {
  using Writer<StaffRead>::Writer;
  friend class Database;
};
class SystemTx : public Writer<SystemRead> {
  using Writer<SystemRead>::Writer;
  friend class Database;
};

// The pools of one node: per thread and role. Made before the runtime runs; connections open when
// they are first needed and are replaced when they break. All but the constructor is called on the
// runtime's io threads. Tasks that use it end before it does.
class Database {
 public:
  // Throws std::invalid_argument, in a sentence for the operator, when the address cannot be read
  // or the budget is too small, and std::logic_error when two queries have one name.
  Database(Runtime& runtime, Config config, Clocks clocks);
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  // Logs in as each role that serves requests and holds the budget against what the server has
  // free. Throws std::runtime_error that says what to set.
  Task<> start();

  // A member of staff reads a tenant as fh_staff, everybody else as fh_control.
  ControlRead control_read(const Actor& actor);
  DataRead data_read(const Actor& actor);
  DirectoryRead directory_read();
  IdentityRead identity_read();
  StaffRead staff_read();
  SystemRead system_read();

  ControlTx control(const Actor& actor);
  // For sign-up: makes the tenant's fence (fh.create_tenant) where the others call fh.enter.
  ControlTx control_of_new_tenant(const Actor& actor);
  DataTx data(const Actor& actor);
  MoverTx mover(const Actor& actor);
  IdentityTx identity();
  StaffTx staff();
  SystemTx system();

  const Clocks& clocks() const;

  // `select 1` as every role that serves requests, for /readyz: which do not answer.
  Task<std::vector<std::string>> failing_roles();

  // How many connections each role may open and has open, and how many calls wait for one, for
  // metrics and `config check`. From any thread.
  struct Usage {
    Role role;
    int open;
    int limit;
    int waiting;
  };
  std::vector<Usage> usage() const;

  // How often each query ran and failed, and how long it took altogether, waiting included; those
  // that never ran are left out. For metrics, from any thread.
  struct QueryUse {
    std::string_view name;
    std::int64_t runs;
    std::int64_t failures;
    std::chrono::microseconds time;
  };
  std::vector<QueryUse> query_uses() const;

  // Closes idle connections and lets busy ones finish; called on each thread while draining. A new
  // transaction on this thread gets Problem 503 `database_unavailable` from then on.
  Task<> close();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace freehold::db

#include "db/detail/db.inl"
