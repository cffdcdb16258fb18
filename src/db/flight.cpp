#include "db/detail/flight.hpp"

#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/post.hpp>

#include "core/runtime.hpp"
#include "db/detail/connection.hpp"
#include "db/detail/pool.hpp"

namespace freehold::db::detail {
namespace {

void resume(Flight& flight) {
  if (!flight.waiter) return;
  Resume waiter = std::move(*flight.waiter);
  flight.waiter.reset();
  waiter();
}

// The slot in the pipeline stays taken until the answer has come; nobody reads it then.
void abandon(const FlightPtr& flight, Pool& pool) {
  if (!flight->waiter) return;
  flight->is_abandoned = true;
  Resume waiter = std::move(*flight->waiter);
  flight->waiter.reset();
  asio::post(*flight->executor, std::move(waiter));
  pool.forget(flight);
}

struct Begin {
  void operator()(Resume waiter, Pool* pool, FlightPtr flight) const {
    asio::cancellation_slot slot = asio::get_associated_cancellation_slot(waiter);
    if (!flight->is_patient && slot.is_connected()) {
      slot.assign([pool, flight](asio::cancellation_type) { abandon(flight, *pool); });
    }
    flight->executor = waiter.get_executor();
    flight->thread = Runtime::current();
    flight->waiter.emplace(std::move(waiter));
    pool->accept(std::move(flight));
  }
};

}  // namespace

Lease& Lease::operator=(Lease&& other) noexcept {
  if (this == &other) return *this;
  give_back();
  connection_ = std::move(other.connection_);
  return *this;
}

void Lease::give_back() {
  if (!connection_) return;
  const std::shared_ptr<Connection> connection = std::exchange(connection_, nullptr);
  if (Pool* pool = connection->pool()) pool->take_back(connection);
}

Task<> carry(Pool& pool, FlightPtr flight) {
  const auto carried = flight;
  co_await asio::async_initiate<const asio::use_awaitable_t<Executor>, void()>(Begin{}, use_task,
                                                                               &pool, flight);
  if (carried->is_abandoned) {
    throw boost::system::system_error(asio::error::operation_aborted, "db");
  }
}

void finish(FlightPtr flight) {
  if (!flight->executor) return;
  if (flight->thread != Runtime::current()) return finish_later(std::move(flight));
  resume(*flight);
}

void finish_later(FlightPtr flight) {
  if (!flight->executor) return;
  const Executor executor = *flight->executor;
  asio::post(executor, [flight = std::move(flight)] { resume(*flight); });
}

void drop(Flight& flight) {
  flight.waiter.reset();
}

}  // namespace freehold::db::detail
