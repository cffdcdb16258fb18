// The routes: one line each, with who may call as a mandatory word.
//
//   at.get ("/api/v1/documents",               list,   permissions::documents_read,
//   count(meters::api_calls)); at.post("/t/{slug}/documents",             create,
//   permissions::documents_write); at.get ("/pricing",                        show,   anyone);
//
// Handlers are free functions. What they may touch is in their signature:
//
//   Task<Response> f(Request&);                      no database
//   Task<Response> f(Request&, db::ControlRead&);    or DataRead, IdentityRead, StaffRead: short
//   reads Task<Response> f(Request&, db::ControlTx&);      or DataTx, IdentityTx, StaffTx:
//   committed by the
//                                                    router when the answer is below 400, rolled
//                                                    back otherwise
//   Task<Response> f(Request&, db::Database&);       opens short transactions itself: for handlers
//   that
//                                                    must wait for something else in between
//
// A module that needs more than the request (the Stripe client, the mailer) registers through
// `at.with(context)`: its handlers take `Context&` first.
//
// Path parameters: `{slug}` is a tenant's slug and decides the tenant of the request; `{name_id}`
// is a TypeID whose prefix is `name`; any other name is text. A path under /api/ is an API route
// (key or session token, problems as JSON); all others are pages.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/keys.hpp"
#include "core/task.hpp"
#include "db/db.hpp"
#include "http/request.hpp"

namespace freehold::http {

// Who may call a route.
struct Access {
  enum class Kind {
    anyone,      // no log-in; also no session is looked up unless a cookie is there
    signed_in,   // a person with a session, no tenant needed
    member,      // any member of the route's tenant
    permission,  // a member whose role has the permission, or a key with it
    staff,       // a member of staff, on the staff listener
    webhook,     // an outside system that proves itself by a signature the handler verifies
  };
  Kind kind = Kind::anyone;
  std::optional<Permission> permission;
};
inline constexpr Access anyone{Access::Kind::anyone, {}};
inline constexpr Access signed_in{Access::Kind::signed_in, {}};
inline constexpr Access member{Access::Kind::member, {}};
inline constexpr Access staff{Access::Kind::staff, {}};
inline constexpr Access webhook{Access::Kind::webhook, {}};
std::string to_string(const Access& access);  // "permission documents:read"

// Further words of a route.
struct Words {
  std::optional<Feature> feature;  // the plan must include it: otherwise 402 with an upgrade
  std::optional<Meter> meter;      // one unit is consumed before the handler, given back on a 5xx
  std::string_view rate = "";      // the rate limit's class; empty: "api" under /api/, "page" else
  std::size_t body_limit = 64 * 1024;  // bytes
  bool while_limited = false;          // stays open when the tenant's access is limited or none
  bool safe = false;  // a POST that changes nothing (a preview): no idempotency record
};
inline Words count(Meter meter) {
  return {.meter = meter};
}
inline Words gate(Feature feature) {
  return {.feature = feature};
}

// Runs a handler with its transaction; the router makes one from the handler's signature.
using Run = std::function<Task<Response>(Request&, db::Database&)>;

struct Route {
  Method method;
  std::string path;
  Access access;
  Words words;
  Run run;
  std::string_view transaction;  // "DataTx", "none": for the printed table
};

class Router {
 public:
  template <class Handler>
  void get(std::string_view path, Handler handler, Access access, Words words = {});
  template <class Handler>
  void post(std::string_view path, Handler handler, Access access, Words words = {});
  template <class Handler>
  void put(std::string_view path, Handler handler, Access access, Words words = {});
  template <class Handler>
  void patch(std::string_view path, Handler handler, Access access, Words words = {});
  template <class Handler>
  void del(std::string_view path, Handler handler, Access access, Words words = {});
  // The same with a Permission in the place of Access.
  template <class Handler>
  void get(std::string_view path, Handler handler, Permission permission, Words words = {});
  template <class Handler>
  void post(std::string_view path, Handler handler, Permission permission, Words words = {});
  template <class Handler>
  void put(std::string_view path, Handler handler, Permission permission, Words words = {});
  template <class Handler>
  void patch(std::string_view path, Handler handler, Permission permission, Words words = {});
  template <class Handler>
  void del(std::string_view path, Handler handler, Permission permission, Words words = {});

  template <class Context>
  class With;
  // Handlers registered through it take `Context&` first; the context outlives the router.
  template <class Context>
  With<Context> with(Context& context);

  // Adds a route. Two routes that could match the same path stop the start with a message.
  void add(Route route);

  struct Match {
    const Route* route = nullptr;  // null: no such path, or not with this method
    std::vector<Method> allowed;   // the methods of the path when only the method is wrong
  };
  // Matches and fills `parameters` of the request.
  Match match(Request& request) const;

  const std::vector<Route>& routes() const { return routes_; }
  // One line per route, sorted: method, path, access, transaction, words. The golden file.
  std::string table() const;

 private:
  struct Node;
  std::vector<Route> routes_;
  std::shared_ptr<Node> root_;
};

}  // namespace freehold::http

#include "http/detail/router.inl"
