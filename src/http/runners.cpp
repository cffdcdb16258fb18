// From what a handler may touch to a transaction around it.
#include "core/async.hpp"
#include "http/idempotency.hpp"
#include "http/router.hpp"

namespace freehold::http::detail {
namespace {

template <class Reader>
Task<Response> read(const Handler<Reader>& handler, Request& request, Reader reader) {
  co_return co_await handler(request, reader);
}

// Dropped without commit, the transaction is rolled back.
template <class Tx>
Task<Response> write(const Handler<Tx>& handler, Request& request, Tx tx) {
  Response response = co_await handler(request, tx);
  if (response.ok()) co_await tx.commit();
  co_return response;
}

// The same for a tenant's transaction whose caller may repeat it: the answer is kept beside what
// was written, in one commit.
template <class Tx>
Task<Response> write_once(const Handler<Tx>& handler, Request& request, Tx tx, Attempt attempt) {
  auto earlier = co_await find_answer(tx, attempt);
  if (earlier) co_return std::move(*earlier);
  Response response = co_await handler(request, tx);
  if (!response.ok()) co_return response;
  co_await keep_answer(tx, attempt, response);
  co_await tx.commit();
  co_return response;
}

template <class Tx>
Task<Response> write_tenant(const Handler<Tx>& handler, Request& request, Tx tx,
                            std::optional<Attempt> attempt) {
  if (!attempt) return write(handler, request, std::move(tx));
  return write_once(handler, request, std::move(tx), std::move(*attempt));
}

// The same for a handler that opens its own transactions: nobody else begins while it is at work.
Task<Response> act_once(const Handler<db::Database>& handler, Request& request,
                        db::Database& database, Attempt attempt) {
  Claim claim(database, request.actor(), std::move(attempt));
  auto earlier = co_await claim.take();
  if (earlier) co_return std::move(*earlier);
  Response response;
  std::exception_ptr failure;
  try {
    response = co_await handler(request, database);
  } catch (...) {  // thrown on below: nothing can be awaited here
    failure = std::current_exception();
  }
  if (!failure && response.ok()) {
    co_await claim.answer(response);
    co_return response;
  }
  co_await claim.give_up();
  if (failure) std::rethrow_exception(failure);
  co_return response;
}

std::optional<Attempt> attempt_of(const Request& request, const RouteName& route,
                                  const db::Database& database) {
  return http::attempt_of(request, route, database.clocks().machine.now());
}

RouteName name_of_route(const Route& route) {
  return {route.method, route.path, is_safe(route.method) || route.words.safe};
}

}  // namespace

Route with_runner(Route route, Handler<db::Database> handler) {
  route.transaction = "own";
  route.run = [handler = std::move(handler), name = name_of_route(route)](Request& request,
                                                                          db::Database* database) {
    // Keys are a tenant's own.
    if (!request.actor_) return handler(request, *database);
    auto attempt = attempt_of(request, name, *database);
    if (!attempt) return handler(request, *database);
    return act_once(handler, request, *database, std::move(*attempt));
  };
  return route;
}

Route with_runner(Route route, Handler<db::ControlRead> handler) {
  route.transaction = "ControlRead";
  route.run = [handler = std::move(handler)](Request& request, db::Database* database) {
    return read(handler, request, database->control_read(request.actor()));
  };
  return route;
}

Route with_runner(Route route, Handler<db::DataRead> handler) {
  route.transaction = "DataRead";
  route.run = [handler = std::move(handler)](Request& request, db::Database* database) {
    return read(handler, request, database->data_read(request.actor()));
  };
  return route;
}

Route with_runner(Route route, Handler<db::IdentityRead> handler) {
  route.transaction = "IdentityRead";
  route.run = [handler = std::move(handler)](Request& request, db::Database* database) {
    return read(handler, request, database->identity_read());
  };
  return route;
}

Route with_runner(Route route, Handler<db::StaffRead> handler) {
  route.transaction = "StaffRead";
  route.run = [handler = std::move(handler)](Request& request, db::Database* database) {
    return read(handler, request, database->staff_read());
  };
  return route;
}

Route with_runner(Route route, Handler<db::ControlTx> handler) {
  route.transaction = "ControlTx";
  route.run = [handler = std::move(handler), name = name_of_route(route)](Request& request,
                                                                          db::Database* database) {
    return write_tenant(handler, request, database->control(request.actor()),
                        attempt_of(request, name, *database));
  };
  return route;
}

Route with_runner(Route route, Handler<db::DataTx> handler) {
  route.transaction = "DataTx";
  route.run = [handler = std::move(handler), name = name_of_route(route)](Request& request,
                                                                          db::Database* database) {
    return write_tenant(handler, request, database->data(request.actor()),
                        attempt_of(request, name, *database));
  };
  return route;
}

Route with_runner(Route route, Handler<db::IdentityTx> handler) {
  route.transaction = "IdentityTx";
  route.run = [handler = std::move(handler)](Request& request, db::Database* database) {
    return write(handler, request, database->identity());
  };
  return route;
}

Route with_runner(Route route, Handler<db::StaffTx> handler) {
  route.transaction = "StaffTx";
  route.run = [handler = std::move(handler)](Request& request, db::Database* database) {
    return write(handler, request, database->staff());
  };
  return route;
}

}  // namespace freehold::http::detail
