#include "db/detail/connection.hpp"

#include <libpq-fe.h>
#include <openssl/ssl.h>

#include <boost/asio/post.hpp>

#include "core/log.hpp"
#include "db/detail/pool.hpp"

namespace freehold::db::detail {
namespace {

// What leaves nothing behind in the session once its transaction is over. SET, LISTEN, PREPARE,
// DECLARE and the like do.
bool leaves_no_trace(std::string_view command_tag) {
  const std::string_view verb = command_tag.substr(0, command_tag.find(' '));
  return verb == "SELECT" || verb == "INSERT" || verb == "UPDATE" || verb == "DELETE" ||
         verb == "MERGE" || verb == "LOCK";
}

void log_notice(void*, const char* message) {
  log::debug("db.notice", {{"message", message}});
}

std::string local_setting(const std::string& name, const std::string& value) {
  // The default would only count from the next transaction on.
  const bool is_default = name == "default_transaction_read_only";
  return fmt::format("set local {} = {}", is_default ? "transaction_read_only" : name, value);
}

}  // namespace

void CloseConnection::operator()(PGconn* connection) const {
  PQfinish(connection);
}

Connection::Connection(Pool& pool, PgConn handle, const Settings& settings)
    : pool_(&pool),
      handle_(std::move(handle)),
      socket_(pool.executor(), PQsocket(handle_.get())),
      prepared_(all_queries().size() + 8) {
  for (const auto& [name, value] : settings) settings_.push_back(local_setting(name, value));
}

Connection::~Connection() {
  detach();
}

void Connection::start() {
  PQsetNoticeProcessor(handle_.get(), log_notice, nullptr);
  PQsetnonblocking(handle_.get(), 1);
  PQenterPipelineMode(handle_.get());
  wait_to_read();
}

bool Connection::is_clean() const {
  return is_open() && flights_.empty() && !is_retiring_ &&
         PQtransactionStatus(handle_.get()) == PQTRANS_IDLE;
}

void Connection::send(FlightPtr flight) {
  const bool is_sent = put_on_wire(*flight);
  flights_.push_back(std::move(flight));
  if (!is_sent) return close(Outcome::lost);
  flush();
}

void Connection::flush() {
  if (is_writing_ || PQflush(handle_.get()) != 1) return;
  is_writing_ = true;
  socket_.async_wait(asio::posix::descriptor_base::wait_write,
                     [self = shared_from_this()](boost::system::error_code error) {
                       self->is_writing_ = false;
                       if (!error && self->is_open()) self->flush();
                     });
}

// Listens always, also when nothing is expected: that is how the end of an idle connection is seen.
void Connection::wait_to_read() {
  socket_.async_wait(asio::posix::descriptor_base::wait_read,
                     [self = shared_from_this()](boost::system::error_code error) {
                       if (!error && self->is_open()) self->on_readable();
                     });
}

void Connection::on_readable() {
  PGconn* handle = handle_.get();
  bool is_alive = PQconsumeInput(handle) == 1 && take_results();
  if (auto* tls = static_cast<SSL*>(PQsslStruct(handle, "OpenSSL"))) {
    // What OpenSSL has already taken from the socket does not make it readable again.
    while (is_alive && SSL_pending(tls) > 0) {
      is_alive = PQconsumeInput(handle) == 1 && take_results();
    }
  }
  if (is_alive) {
    wait_to_read();
    pool_->on_landed(*this);
  } else {
    close(Outcome::lost);
  }
  finish_landed();
}

// False when the connection is of no more use.
bool Connection::take_results() {
  PGconn* handle = handle_.get();
  while (!flights_.empty() && PQisBusy(handle) == 0) {
    ResultPtr result(PQgetResult(handle));
    Flight& flight = *flights_.front();
    if (result && PQresultStatus(result.get()) == PGRES_PIPELINE_SYNC) {
      if (!land()) return false;
    } else if (result) {
      keep(flight, std::move(result));
    } else if (++flight.done > flight.sent) {
      return false;
    }
    if (PQstatus(handle) == CONNECTION_BAD) return false;
  }
  // Has it read what comes between flights: notices, and the end of the session.
  if (flights_.empty()) PQisBusy(handle);
  return PQstatus(handle) == CONNECTION_OK;
}

void Connection::keep(Flight& flight, ResultPtr result) {
  if (flight.done >= flight.sent) return;
  const Step& step = flight.steps[flight.done];
  switch (PQresultStatus(result.get())) {
    case PGRES_TUPLES_OK:
    case PGRES_COMMAND_OK:
      return keep_answer(flight, step, std::move(result));
    case PGRES_PIPELINE_ABORTED:
      return note_preparation(step, Preparation::none);
    case PGRES_FATAL_ERROR:
      return keep_failure(flight, step, failure_of(*result));
    default:
      // COPY, for one, waits for more from us, in a pipeline that has moved on.
      is_retiring_ = true;
      return keep_failure(flight, step, {"0A000", "a kind of statement that is not run here", ""});
  }
}

void Connection::note_preparation(const Step& step, Preparation preparation) {
  if (step.is_prepare && step.statement != nullptr) preparation_of(*step.statement) = preparation;
}

void Connection::keep_answer(Flight& flight, const Step& step, ResultPtr result) {
  note_preparation(step, Preparation::done);
  if (step.is_prepare || step.statement != flight.statement) return;
  if (!flight.is_own && !leaves_no_trace(PQcmdStatus(result.get()))) {
    is_retiring_ = true;
    log::Cause cause;
    if (flight.binds_tenant) cause.tenant = TenantId{flight.tenant};
    log::error("db.session_changed", cause,
               {{"query", flight.statement->name}, {"command", PQcmdStatus(result.get())}});
  }
  flight.answer = std::move(result);
}

void Connection::keep_failure(Flight& flight, const Step& step, const Failure& failure) {
  note_preparation(step, Preparation::none);
  if (flight.outcome != Outcome::answered) return;
  flight.outcome = Outcome::failed;
  flight.failure = failure;
  flight.has_reached_statement = step.statement == flight.statement;
  if (means_stale_statement(failure)) is_retiring_ = true;
}

// The oldest flight is complete. False when what it was told ends the connection as well.
bool Connection::land() {
  age = 0;
  landed_.push_back(std::move(flights_.front()));
  flights_.pop_front();
  Flight& flight = *landed_.back();
  if (flight.outcome == Outcome::answered) return true;
  if (!means_lost(flight.failure, pool_->is_exclusive())) return true;
  flight.outcome = Outcome::lost;
  return false;
}

// Last, because a task that wakes up may do anything with this connection.
void Connection::finish_landed() {
  for (FlightPtr& flight : landed_) finish(std::move(flight));
  landed_.clear();
}

void Connection::close(Outcome outcome) {
  if (!is_open()) return;
  socket_.release();
  handle_.reset();
  const auto flights = std::exchange(flights_, {});
  for (const FlightPtr& flight : flights) {
    flight->outcome = outcome;
    finish_later(flight);
  }
  pool_->on_closed(*this);
}

void Connection::detach() {
  pool_ = nullptr;
  if (!is_open()) return;
  socket_.release();
  handle_.reset();
  for (const FlightPtr& flight : std::exchange(flights_, {})) drop(*flight);
}

}  // namespace freehold::db::detail
