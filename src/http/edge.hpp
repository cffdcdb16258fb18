// What lies between the wire and a handler: route, guard, forged-request check, transaction,
// errors, headers, cookies, compression, log and metrics.
//
//   Edge edge({runtime, router, &database, clocks}, site, hooks);
//   Server server(runtime, config, edge.handle());
//
// Order: request id and trace → client address → route (404, 405) → size and content type (413,
// 415) → where a form came from (403) → guard → the form's token (403) → handler in its transaction
// → headers.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/crypto.hpp"
#include "core/runtime.hpp"
#include "core/task.hpp"
#include "core/time.hpp"
#include "db/db.hpp"
#include "http/passage.hpp"
#include "http/router.hpp"
#include "http/server.hpp"

namespace freehold::http {

struct EdgeParts {
  Runtime& runtime;
  const Router& router;    // complete: no route is added afterwards
  db::Database* database;  // null where no route has a transaction
  Clocks clocks;
};

struct Site {
  // "https://app.example.com": where forms may come from; https makes cookies Secure with the
  // __Host- prefix, sends HSTS, and turns away who came to the proxy by http.
  std::string base_url = "http://127.0.0.1:8080";
  std::vector<std::string> trusted_proxies = {};  // see Config
  std::string errors_url = {};  // where the page of each code is: see problem_response
  // Origins that a form of ours may lead to: the payment provider's checkout and portal.
  std::vector<std::string> form_action = {};
  Secret key = {};  // signs the form tokens of visitors without a session
};

// Requests that are passed on to other servers. Our own routes are for `find` to leave alone.
struct Gateway {
  // The route of a request whose head has come, out of `routes`; null: it is answered here.
  std::function<const Route*(const Request&)> find = {};
  // An answer of our own, or nothing once the other server's was written. What it throws before is
  // answered as everywhere, to a program as a problem, to people as a page.
  std::function<Task<std::optional<Response>>(Request&, const Route&, Passage&)> pass = {};
  const std::vector<Route>* routes = nullptr;  // for log and metrics
};

// What a program hands in. All but the guard may be left out.
struct Hooks {
  // Fills the actor, the session or the member of staff of the request, and refuses who may not:
  // with a response of its own or by a Problem. Not asked for routes of access `file`.
  std::function<Task<std::optional<Response>>(Request&, const Route&)> guard = {};
  // Gives back what the guard took for the route's meter; called for routes that have one, with the
  // status of the answer.
  std::function<Task<>(Request&, const Route&, int status)> settle = {};
  // A Problem as a page, or as a fragment when the request wants one. Default: a line of plain
  // text.
  std::function<Response(const Request&, const Problem&)> error_page = {};
  // The Problem of a violated constraint, by its name; none makes a 500.
  std::function<std::optional<Problem>(std::string_view constraint)> problem_of = {};
  // Told of each answer of a route when it is complete.
  std::function<void(const Request&, const Route&, const Response&)> answered = {};
  Gateway gateway = {};
  // Takes the lines of the request log. Default: core/log, while its level lets `info` through.
  std::function<void(std::string_view lines)> log = {};
};

class Edge;

struct NamedEdge {
  std::string_view listener;  // "public"
  const Edge& edge;
};

class Edge {
 public:
  Edge(EdgeParts parts, Site site, Hooks hooks);
  ~Edge();

  // Whatever happens, an answer; nothing leaves it but cancellation. Called on an io thread.
  Task<Response> answer(Request& request);
  // For a Server; the Edge outlives it.
  Handle handle();
  Passing passing();

  // Every field of the request's head in its order, for who passes it on.
  using Field = std::pair<std::string_view, std::string_view>;
  static std::vector<Field> fields_of(const Request& request);

 private:
  Task<std::optional<Response>> pass(Request& request, Passage& passage);

  friend std::string metrics_of(const std::vector<NamedEdge>& edges);
  struct State;
  std::shared_ptr<State> state_;
};

// What the edges of a process have answered, as Prometheus text: see http/metrics.hpp.
std::string metrics_of(const std::vector<NamedEdge>& edges);

}  // namespace freehold::http
