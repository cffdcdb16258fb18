// One libpq connection in pipeline mode. It takes flights, writes each at once behind those that
// are on their way, and finishes them in order as their answers come. Lives on one io thread.
#pragma once

#include <boost/asio/posix/basic_stream_descriptor.hpp>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "db/detail/flight.hpp"

struct pg_conn;  // libpq's PGconn

namespace freehold::db::detail {

struct CloseConnection {
  void operator()(pg_conn* connection) const;
};
using PgConn = std::unique_ptr<pg_conn, CloseConnection>;

// Session settings by name.
using Settings = std::vector<std::pair<std::string, std::string>>;

class Connection : public std::enable_shared_from_this<Connection> {
 public:
  // `handle` is logged in. `settings` are those that the server refused at the start of the session
  // (a pooler does): each transaction sets them for itself.
  Connection(Pool& pool, PgConn handle, const Settings& settings);
  ~Connection();

  void start();  // begins to listen
  void send(FlightPtr flight);
  // Closes it; every flight on it has that outcome.
  void close(Outcome outcome);
  // The same while the program ends: tasks are not woken, the pool is not told.
  void detach();

  Pool* pool() const { return pool_; }
  bool is_open() const { return handle_ != nullptr; }
  std::size_t depth() const { return flights_.size(); }
  // No transaction is open and nothing that ran can have changed the session.
  bool is_clean() const;
  // Not to be given new work: to be closed when it is idle.
  bool is_retiring() const { return is_retiring_; }

  // The pool's: how many ticks of its watch the oldest flight has waited, who has the connection.
  int age = 0;
  bool is_leased = false;
  bool is_returning = false;

 private:
  // What the server has of a statement: nothing, a Parse that is on its way, or the statement.
  enum class Preparation : std::uint8_t { none, sent, done };
  struct Execution {
    const Statement* statement = nullptr;
    bool binds_tenant = false;
    bool is_named = false;
  };

  bool put_on_wire(Flight& flight);
  Preparation& preparation_of(const Statement& statement);
  bool parse(Flight& flight, const Statement& statement, const char* name);
  bool set_for_transaction(Flight& flight);
  bool execute(Flight& flight, const Execution& execution);
  void flush();
  void wait_to_read();
  void on_readable();
  bool take_results();
  void keep(Flight& flight, ResultPtr result);
  void note_preparation(const Step& step, Preparation preparation);
  void keep_answer(Flight& flight, const Step& step, ResultPtr result);
  void keep_failure(Flight& flight, const Step& step, const Failure& failure);
  bool land();
  void finish_landed();

  Pool* pool_;
  PgConn handle_;
  asio::posix::basic_stream_descriptor<Executor> socket_;
  std::deque<FlightPtr> flights_;
  std::vector<FlightPtr> landed_;
  std::vector<Preparation> prepared_;  // by Statement::index
  std::vector<std::string> settings_;  // `set local …`, for a pooler
  bool is_writing_ = false;
  bool is_retiring_ = false;
};

}  // namespace freehold::db::detail
