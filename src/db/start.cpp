#include "db/detail/start.hpp"

#include "core/async.hpp"
#include "core/scope.hpp"
#include "db/detail/runners.hpp"
#include "db/detail/slots.hpp"

namespace freehold::db::detail {
namespace {

const Query<std::int32_t> ping{"db.ping", "select 1"};

constexpr std::int32_t oldest_version = 150'000;

Task<FlightPtr> ask(Pool& pool, const QueryInfo& query) {
  const auto flight = std::make_shared<Flight>();
  flight->statement = &query.statement;
  co_await carry(pool, flight);
  co_return flight;
}

std::string reason_of(const Flight& flight) {
  if (!flight.failure.message.empty()) return flight.failure.message;
  return flight.outcome == Outcome::overdue ? "no answer in time" : "the connection broke";
}

Task<> note_failing(Pool* pool, std::shared_ptr<std::vector<std::string>> failing) {
  const FlightPtr flight = co_await ask(*pool, ping.info());
  if (flight->outcome != Outcome::answered) {
    failing->emplace_back(name_of(pool->settings().role));
  }
}

}  // namespace

Task<> require_answer(Pool& pool) {
  const FlightPtr flight = co_await ask(pool, ping.info());
  if (flight->outcome == Outcome::answered) co_return;
  throw std::runtime_error(fmt::format(
      "{} cannot work with the database: {}. Check database.url and the server; a refused password "
      "means that `freehold migrate` last ran with another master key.",
      name_of(pool.settings().role), reason_of(*flight)));
}

Task<> check_free_slots(Pool& pool, int budget) {
  const FlightPtr flight = co_await ask(pool, server_slots.info());
  if (flight->outcome != Outcome::answered) throw std::runtime_error(reason_of(*flight));
  const auto server = take_one_row<Slots>(Result(server_slots.info(), std::move(flight->answer)));
  if (server.version < oldest_version) {
    throw std::runtime_error(fmt::format("PostgreSQL 15 is the oldest that works; this is {}.",
                                         server.version / 10'000));
  }
  if (pool.has_pooler()) co_return;  // it decides how many of its own it opens
  // Those that start() has opened are in use and in the budget.
  const int open = int(serving_roles.size());
  const int available = free_slots(server) + open;
  if (budget <= available) co_return;
  throw std::runtime_error(fmt::format(
      "database.budget is {}, and the server has {} connections left for this node "
      "(max_connections "
      "{}, {} reserved, {} in use by others). Lower database.budget, or raise max_connections.",
      budget, available, server.max_connections, server.reserved, server.in_use - open));
}

Task<std::vector<std::string>> failing_roles(std::vector<Pool*> pools) {
  const auto failing = std::make_shared<std::vector<std::string>>();
  const auto executor = co_await asio::this_coro::executor;
  freehold::Scope scope(executor);
  for (Pool* pool : pools) scope.spawn("db.ping", note_failing(pool, failing));
  co_await scope.join();
  std::sort(failing->begin(), failing->end());
  co_return *failing;
}

}  // namespace freehold::db::detail
