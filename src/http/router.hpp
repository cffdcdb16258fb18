// The routes: one line each, with who may call as a mandatory word.
//
//   at.get ("/api/v1/documents",   list,   permissions::documents_read, count(meters::api_calls));
//   at.post("/t/{slug}/documents", create, permissions::documents_write);
//   at.get ("/pricing",            show,   anyone);
//
// Each API route is described, as a further word (http/operation.hpp); one that is not stops the
// start.
//
// Handlers are free functions. What they may touch is in their signature:
//
//   Task<Response> f(Request&);                    no database
//   Task<Response> f(Request&, db::ControlRead&);
//       or DataRead, IdentityRead, StaffRead: short reads
//   Task<Response> f(Request&, db::ControlTx&);
//       or DataTx, IdentityTx, StaffTx: committed by the router when the answer is below 400,
//       rolled back otherwise
//   Task<Response> f(Request&, db::Database&);
//       opens short transactions itself: for handlers that must wait for something else in between
//
// Whatever a handler takes: on a route of a tenant its answer is kept for a repeated
// Idempotency-Key.
//
// A module that needs more than the request (the Stripe client, the mailer) registers through
// `at.with(context)`: its handlers take `Context&` first.
//
// Path parameters: `{slug}` is a tenant's slug and decides the tenant of the request; `{name_id}`
// is a TypeID whose prefix is `name`; any other name is text. A path under /api/ is an API route
// (key, problems as JSON, no cookies); all others are pages. A page whose path has
// `{token}` sends no Referer to anybody.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/keys.hpp"
#include "core/task.hpp"
#include "db/db.hpp"
#include "http/request.hpp"

namespace freehold {
class Schemas;
}

namespace freehold::http {

struct Operation;
// What a route is for; called when the document of the API is made.
using About = Operation (*)(Schemas&);
// What operations are listed under.
struct Tag {
  std::string_view name;
  std::string_view about;
};

// Who may call a route.
struct Access {
  enum class Kind {
    anyone,      // no log-in; also no session is looked up unless a cookie is there
    signed_in,   // a person with a session, no tenant needed
    member,      // any member of the route's tenant
    permission,  // a member whose role has the permission, or a key with it
    product,     // the installation's product, with a key of its own; `{tenant_id}` is the tenant
    staff,       // a member of staff, on the staff listener
    webhook,     // an outside system that proves itself by a signature the handler verifies
    file,        // a file of the program itself: the guard is not asked at all
  };
  Kind kind = Kind::anyone;
  std::optional<Permission> permission = {};
};
inline constexpr Access anyone{Access::Kind::anyone, {}};
inline constexpr Access signed_in{Access::Kind::signed_in, {}};
inline constexpr Access member{Access::Kind::member, {}};
inline constexpr Access product{Access::Kind::product, {}};
inline constexpr Access staff{Access::Kind::staff, {}};
inline constexpr Access webhook{Access::Kind::webhook, {}};
inline constexpr Access file{Access::Kind::file, {}};
std::string to_string(const Access& access);  // "permission documents:read"

// Further words of a route.
struct Words {
  std::optional<Feature> feature = {};  // the plan must include it: otherwise 402 with an upgrade
  // One unit is consumed before the handler, and given back on a 402 or 5xx.
  std::optional<Meter> meter = {};
  std::string_view rate = "";  // the rate limit's class; empty: "api" under /api/, "page" else
  std::size_t body_limit = 64 * 1024;  // bytes
  bool while_limited = false;          // stays open when the tenant's access is limited or none
  // No idempotency record: it changes nothing (a preview), or is the same when it is done twice.
  bool safe = false;
  // An API route that a browser's session opens as well: forward authentication. Its handler finds
  // out who is asking; the guard does not.
  bool cookies = false;
  About about = nullptr;  // an API route is described (http/operation.hpp)
};
inline Words described(About about, Words words = {}) {
  words.about = about;
  return words;
}
inline Words count(Meter meter) {
  return {.meter = meter};
}
inline Words gate(Feature feature) {
  return {.feature = feature};
}

// Runs a handler with its transaction; the router makes one from the handler's signature. The
// database is null only in a program none of whose routes has a transaction.
using Run = std::function<Task<Response>(Request&, db::Database*)>;

struct Route {
  Method method;
  std::string path;
  Access access;
  Words words;
  Run run;
  std::string_view transaction;  // "DataTx", "none": for the printed table

  bool is_api() const { return path.starts_with("/api/"); }
  // Reading it needs nobody's name: while sessions cannot be looked up, it is answered as to a
  // visitor. A form is not, because its token is that of the session.
  bool is_open_to_read() const { return access.kind == Access::Kind::anyone && is_safe(method); }
};

class Router;

// get, post, put, patch and del of a router and of what `with` gives: each takes the path, the
// handler, an Access or a Permission, and further Words.
template <class Routes>
class Verbs {
 public:
  template <class Handler, class Who>
  void get(std::string_view path, Handler handler, const Who& who, Words words = {}) {
    routes().route(Method::get, path, handler, who, words);
  }
  template <class Handler, class Who>
  void post(std::string_view path, Handler handler, const Who& who, Words words = {}) {
    routes().route(Method::post, path, handler, who, words);
  }
  template <class Handler, class Who>
  void put(std::string_view path, Handler handler, const Who& who, Words words = {}) {
    routes().route(Method::put, path, handler, who, words);
  }
  template <class Handler, class Who>
  void patch(std::string_view path, Handler handler, const Who& who, Words words = {}) {
    routes().route(Method::patch, path, handler, who, words);
  }
  template <class Handler, class Who>
  void del(std::string_view path, Handler handler, const Who& who, Words words = {}) {
    routes().route(Method::del, path, handler, who, words);
  }

 private:
  Verbs() = default;
  friend Routes;
  Routes& routes() { return static_cast<Routes&>(*this); }
};

class Router : public Verbs<Router> {
 public:
  Router();

  // Handlers registered through it take `Context&` first; the context outlives the router.
  template <class Context>
  class With;
  template <class Context>
  With<Context> with(Context& context);

  // Adds a route. Throws std::logic_error, which stops the start, for a path that another route
  // could also match, or for a second handler of the same method and path.
  void add(Route route);

  struct Match {
    const Route* route = nullptr;      // null: no such path, or not with this method
    std::vector<Method> allowed = {};  // the methods of the path when only the method is wrong
  };
  // Matches and fills `parameters` of the request. HEAD takes the handler of GET.
  Match match(Request& request) const;

  const std::vector<Route>& routes() const { return routes_; }
  // One line per route, sorted: method, path, access, transaction, words. The golden file.
  std::string table() const;

 private:
  friend class Verbs<Router>;
  template <class Handler>
  void route(Method method, std::string_view path, Handler handler, const Access& access,
             Words words);
  template <class Handler>
  void route(Method method, std::string_view path, Handler handler, const Permission& permission,
             Words words);

  struct Node;
  std::vector<Route> routes_;
  std::shared_ptr<Node> root_;
};

}  // namespace freehold::http

#include "http/detail/router.inl"
