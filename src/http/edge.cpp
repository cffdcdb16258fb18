#include "http/edge.hpp"

#include <algorithm>
#include <boost/system/system_error.hpp>
#include <stdexcept>

#include "core/async.hpp"
#include "core/log.hpp"
#include "http/as_data.hpp"
#include "http/client_address.hpp"
#include "http/compression.hpp"
#include "http/form_tokens.hpp"
#include "http/metrics.hpp"
#include "http/request_id.hpp"
#include "http/request_log.hpp"
#include "http/site_headers.hpp"
#include "http/syntax.hpp"

namespace freehold::http {
namespace {

using Kinds = Access::Kind;

void write_log(std::string_view lines) {
  if (log::enabled(log::Level::info)) log::write_lines(lines);
}

bool is_api(const Request& request) {
  return request.path.starts_with("/api/");
}

bool has_session(const Request& request) {
  return request.actor_ || request.session_ || request.staff;
}

// An answer that only this caller may see.
bool is_behind_login(const Request& request, const Route* route) {
  if (has_session(request)) return true;
  if (route == nullptr) return false;
  const Kinds kind = route->access.kind;
  return kind == Kinds::signed_in || kind == Kinds::member || kind == Kinds::permission ||
         kind == Kinds::staff || kind == Kinds::product;
}

// A page that changes something: what forged requests aim at.
bool takes_forms(const Route& route) {
  return !is_safe(route.method) && !route.is_api() && route.access.kind != Kinds::webhook;
}

Kind kind_of(const Request& request, const Route* route) {
  if (is_api(request)) return Kind::api;
  if (route == nullptr) return Kind::page;
  if (route->access.kind == Kinds::file) return Kind::file;
  return route->path.find("{token}") == std::string::npos ? Kind::page : Kind::token_page;
}

std::string allow_of(std::vector<Method> methods) {
  if (std::ranges::find(methods, Method::get) != methods.end()) methods.push_back(Method::head);
  methods.push_back(Method::options);
  std::ranges::sort(methods);
  std::string names;
  for (const Method method : methods)
    names.append(names.empty() ? "" : ", ").append(name_of(method));
  return names;
}

Response plain_error(const Problem& problem) {
  return text(problem.status, fmt::format("{} {}\n\n{}\n", problem.status,
                                          reason_of(problem.status), problem.detail));
}

Problem internal_error(const Request& request, std::string_view reason,
                       std::string_view constraint = {}) {
  log::error("http.failed", request.cause(), {{"constraint", constraint}, {"reason", reason}});
  return {500, "internal_error",
          "Something went wrong on our side. Nothing was changed. If it happens again, tell us the "
          "request id " +
              request.id + "."};
}

}  // namespace

struct Edge::State {
  State(EdgeParts from, Site of, Hooks with)
      : parts(from),
        site(std::move(of)),
        hooks(std::move(with)),
        secure(site.base_url.starts_with("https://")),
        proxies(site.trusted_proxies),
        tokens(site.base_url, site.key),
        headers(secure, site.form_action),
        metrics(parts.router, parts.runtime.size()),
        request_log(parts.runtime, hooks.log ? hooks.log : write_log) {}

  void receive(Request& request, Instant now) const;
  std::optional<Response> admit(Request& request, const Router::Match& match) const;
  Response to_https(const Request& request) const;
  void check_content(const Request& request, const Route& route) const;
  Response answer_to(const std::exception_ptr& failure, Request& request) const;
  Problem problem_of(const std::exception_ptr& failure, const Request& request) const;
  void finish(Request& request, const Route* route, Response& response) const;
  Caching caching_of(const Request& request, bool is_private, Response& response) const;
  void compress_public(const Request& request, Response& response) const;

  const EdgeParts parts;
  const Site site;
  const Hooks hooks;
  const bool secure;
  const TrustedProxies proxies;
  const FormTokens tokens;
  const SiteHeaders headers;
  Metrics metrics;
  RequestLog request_log;
};

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
    response = state.answer_to(std::current_exception(), request);
  }
  try {
    if (route != nullptr && route->words.meter && state.hooks.settle)
      co_await state.hooks.settle(request, *route, response.status);
  } catch (const std::exception& error) {
    log::error("http.settle_failed", request.cause(), {{"reason", error.what()}});
  }
  state.finish(request, route, response);
  const auto took = std::chrono::steady_clock::now() - started;
  state.metrics.count(Runtime::current(), route, response.status, took);
  const Instant answered = received + std::chrono::duration_cast<Duration>(took);
  state.request_log.write({request, route, response, answered, took});
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

// The client's address, and what needs no guard: none lets the request through to its route.
std::optional<Response> Edge::State::admit(Request& request, const Router::Match& match) const {
  if (!proxies.empty()) {
    auto client = proxies.client_of(request);
    request.ip = std::move(client.ip);
    if (secure && client.scheme == "http") return to_https(request);
  }
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

Problem Edge::State::problem_of(const std::exception_ptr& failure, const Request& request) const {
  try {
    std::rethrow_exception(failure);
  } catch (const Problem& problem) {
    return problem;
  } catch (const db::ConstraintViolation& violation) {
    auto known = hooks.problem_of ? hooks.problem_of(violation.constraint) : std::nullopt;
    if (known) return std::move(*known);
    return internal_error(request, violation.what(), violation.constraint);
  } catch (const boost::system::system_error& error) {
    if (error.code() == asio::error::operation_aborted)
      return Problem::unavailable("stopping", "The server is being restarted. Try again.");
    return internal_error(request, error.what());
  } catch (const std::exception& error) {
    return internal_error(request, error.what());
  } catch (...) {
    return internal_error(request, "something that is not an exception");
  }
}

Response Edge::State::answer_to(const std::exception_ptr& failure, Request& request) const {
  const Problem problem = problem_of(failure, request);
  if (is_api(request) || wants_json(request)) {
    if (problem.status == 401 && is_api(request))
      request.answer_headers.emplace_back("WWW-Authenticate", "Bearer");
    Response response = problem_response(problem, request.id);
    response.refusal = problem.code;
    return response;
  }
  Response page = plain_error(problem);
  try {
    if (hooks.error_page) page = hooks.error_page(request, problem);
  } catch (const std::exception& error) {
    log::error("http.error_page_failed", request.cause(), {{"reason", error.what()}});
  }
  page.status = problem.status;
  page.refusal = problem.code;
  if (problem.retry_after && page.header("Retry-After").empty())
    page.with_header("Retry-After", std::to_string(*problem.retry_after));
  return page;
}

void Edge::State::finish(Request& request, const Route* route, Response& response) const {
  if (route != nullptr && !route->is_api() && wants_json(request)) {
    redirect_as_data(response);
    response.with_header("Vary", "Accept");
  }
  FormTokens::set_cookie(request, response);
  for (Cookie& cookie : response.cookies) {
    if (!secure) break;
    cookie.name.insert(0, "__Host-");
    cookie.secure = true;
  }
  for (auto& [name, value] : request.answer_headers)
    response.with_header(std::move(name), std::move(value));
  const bool is_private = is_behind_login(request, route) || request.showed_token_;
  if (!is_private) compress_public(request, response);
  const Caching caching = caching_of(request, is_private, response);
  const bool has_policy = !response.header("Content-Security-Policy").empty();
  const Kind kind = has_policy ? Kind::own_policy : kind_of(request, route);
  response.fixed_headers = headers.lines(kind, caching);
}

Caching Edge::State::caching_of(const Request& request, bool is_private, Response& response) const {
  const bool own = !response.header("Cache-Control").empty();
  if (is_private && own)
    std::erase_if(response.headers, [](const auto& header) {
      return equal_ignoring_case(header.first, "Cache-Control");
    });
  if (is_private) return Caching::no_store;
  if (own) return Caching::own;
  const bool once = is_api(request) || !response.cookies.empty() || !response.ok();
  return once ? Caching::no_store : Caching::no_cache;
}

void Edge::State::compress_public(const Request& request, Response& response) const {
  if (response.status != 200 || !response.static_body.empty() || !is_safe(request.method)) return;
  if (!is_compressible(response.content_type, response.body.size())) return;
  if (!response.header("Content-Encoding").empty()) return;
  response.with_header("Vary", "Accept-Encoding");
  const Coding coding = best_coding(request.header("Accept-Encoding"), {.br = true, .gzip = true});
  auto compressed = compress(response.body, coding);
  if (!compressed) return;
  response.body = std::move(*compressed);
  response.with_header("Content-Encoding", std::string(name_of(coding)));
}

}  // namespace freehold::http
