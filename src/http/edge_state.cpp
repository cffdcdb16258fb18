// What an edge makes of a failure, and the headers of every answer.
#include "http/edge_state.hpp"

#include <boost/system/system_error.hpp>

#include "core/async.hpp"
#include "core/log.hpp"
#include "http/as_data.hpp"
#include "http/compression.hpp"
#include "http/syntax.hpp"

namespace freehold::http {
namespace {

using Kinds = Access::Kind;

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

Kind kind_of(const Request& request, const Route* route) {
  if (is_api(request)) return Kind::api;
  if (route == nullptr) return Kind::page;
  if (route->access.kind == Kinds::file) return Kind::file;
  return route->path.find("{token}") == std::string::npos ? Kind::page : Kind::token_page;
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

Response Edge::State::answer_to(const std::exception_ptr& failure, Request& request,
                                Reader reader) const {
  const Problem problem = problem_of(failure, request);
  if (reader != Reader::person) {
    if (problem.status == 401 && reader == Reader::program)
      request.answer_headers.emplace_back("WWW-Authenticate", "Bearer");
    Response response = problem_response(problem, request.id, site.errors_url);
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
