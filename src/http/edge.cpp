#include "http/edge.hpp"

#include <algorithm>
#include <stdexcept>

#include "core/async.hpp"
#include "core/log.hpp"
#include "http/as_data.hpp"
#include "http/edge_state.hpp"
#include "http/request_id.hpp"
#include "http/syntax.hpp"

namespace freehold::http {
namespace {

using Kinds = Access::Kind;

void write_log(std::string_view lines) {
  if (log::enabled(log::Level::info)) log::write_lines(lines);
}

// A page that changes something: what forged requests aim at.
bool takes_forms(const Route& route) {
  return !is_safe(route.method) && !route.is_api() && route.access.kind != Kinds::webhook;
}

const std::vector<Route> none_passed;

std::string allow_of(std::vector<Method> methods) {
  if (std::ranges::find(methods, Method::get) != methods.end()) methods.push_back(Method::head);
  methods.push_back(Method::options);
  std::ranges::sort(methods);
  std::string names;
  for (const Method method : methods)
    names.append(names.empty() ? "" : ", ").append(name_of(method));
  return names;
}

}  // namespace

Edge::State::State(EdgeParts from, Site of, Hooks with)
    : parts(from),
      site(std::move(of)),
      hooks(std::move(with)),
      secure(site.base_url.starts_with("https://")),
      proxies(site.trusted_proxies),
      tokens(site.base_url, site.key),
      headers(secure, site.form_action),
      metrics(parts.router, hooks.gateway.routes == nullptr ? none_passed : *hooks.gateway.routes,
              parts.runtime.size()),
      request_log(parts.runtime, hooks.log ? hooks.log : write_log) {}

Edge::Edge(EdgeParts parts, Site site, Hooks hooks)
    : state_(std::make_shared<State>(parts, std::move(site), std::move(hooks))) {
  for (const Route& route : parts.router.routes()) {
    if (parts.database == nullptr && route.transaction != "none")
      throw std::logic_error("route " + route.path + " needs a database");
    if (state_->site.key.empty() && takes_forms(route))
      throw std::logic_error("route " + route.path + " needs a key for its form tokens");
  }
}

Edge::~Edge() = default;

Task<Response> Edge::answer(Request& request) {
  State& state = *state_;
  const auto started = std::chrono::steady_clock::now();
  const Instant received = state.parts.clocks.machine.now();
  state.receive(request, received);
  const Route* route = nullptr;
  Response response;
  try {
    const Router::Match match = state.parts.router.match(request);
    route = match.route;
    if (route != nullptr && route->words.cookies) request.takes_cookies_ = true;
    std::optional<Response> refusal = state.admit(request, match);
    if (!refusal && state.hooks.guard && route->access.kind != Kinds::file)
      refusal = co_await state.hooks.guard(request, *route);
    if (refusal) {
      response = std::move(*refusal);
    } else {
      if (takes_forms(*route)) state.tokens.check_token(request);
      response = co_await route->run(request, state.parts.database);
    }
  } catch (...) {
    const Reader reader = is_api(request)       ? Reader::program
                          : wants_json(request) ? Reader::script
                                                : Reader::person;
    response = state.answer_to(std::current_exception(), request, reader);
  }
  co_await state.settle(request, route, response.status);
  state.finish(request, route, response);
  state.note({request, route, response, received, std::chrono::steady_clock::now() - started});
  if (route != nullptr && state.hooks.answered) state.hooks.answered(request, *route, response);
  co_return response;
}

Handle Edge::handle() {
  return [this](Request& request) { return answer(request); };
}

std::string metrics_of(const std::vector<NamedEdge>& edges) {
  Metrics::Families text;
  for (const NamedEdge& named : edges) named.edge.state_->metrics.add_to(text, named.listener);
  return text.counts + text.times;
}

Task<> Edge::State::settle(Request& request, const Route* route, int status) const {
  if (route == nullptr || !route->words.meter || !hooks.settle) co_return;
  try {
    co_await hooks.settle(request, *route, status);
  } catch (const std::exception& error) {
    log::error("http.settle_failed", request.cause(), {{"reason", error.what()}});
  }
}

void Edge::State::note(RequestLog::Entry entry) {
  metrics.count(Runtime::current(), entry.route, entry.response.status, entry.took);
  entry.at = entry.at + std::chrono::duration_cast<Duration>(entry.took);
  request_log.write(entry);
}

void Edge::State::receive(Request& request, Instant now) const {
  assign_request_id(request.id, now.micros / 1000);
  const std::string_view trace = trace_id_of(request.header("traceparent"));
  if (trace.empty()) {
    assign_trace_id(request.trace_id);
  } else {
    request.trace_id = trace;
  }
  request.received =
      &parts.clocks.business == &parts.clocks.machine ? now : parts.clocks.business.now();
  request.secure = secure;
  request.takes_cookies_ = !is_api(request);
  request.tokens_ = &tokens;
}

std::optional<Response> Edge::State::find_client(Request& request) const {
  if (proxies.empty()) return {};
  auto client = proxies.client_of(request);
  request.ip = std::move(client.ip);
  if (secure && client.scheme == "http") return to_https(request);
  return {};
}

// The client's address, and what needs no guard: none lets the request through to its route.
std::optional<Response> Edge::State::admit(Request& request, const Router::Match& match) const {
  if (auto elsewhere = find_client(request)) return elsewhere;
  if (match.route != nullptr) {
    check_content(request, *match.route);
    return {};
  }
  const bool whole_server = request.path == "*";
  if (match.allowed.empty() && !whole_server) throw Problem::not_found("address");
  request.answer_headers.emplace_back("Allow", allow_of(match.allowed));
  if (request.method == Method::options) return no_content();
  throw Problem(405, "method_not_allowed",
                "This address does not take " + std::string(name_of(request.method)) + ".");
}

// A form that was sent in the clear is lost anyway; a page is only asked for again.
Response Edge::State::to_https(const Request& request) const {
  if (!is_safe(request.method))
    throw Problem(403, "https_required", "This address is reached by https only.");
  Response response{.status = 308};
  response.with_header("Location", std::string(origin_of(site.base_url)) + request.target);
  return response;
}

void Edge::State::check_content(const Request& request, const Route& route) const {
  if (request.body.size() > route.words.body_limit)
    throw Problem(413, "body_too_large", "The request's body is too large.");
  if (takes_forms(route)) return tokens.check_origin(request);
  const bool any_type = is_safe(request.method) || route.access.kind == Kinds::webhook;
  if (any_type || request.body.empty()) return;
  if (is_media_type(request.header("content-type"), "application/json")) return;
  throw Problem(415, "unsupported_media_type",
                "The API takes JSON only: send it with Content-Type: application/json.");
}

}  // namespace freehold::http
