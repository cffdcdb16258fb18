#include <boost/json.hpp>

#include "core/json.hpp"
#include "http/problem_body.hpp"
#include "http/request.hpp"
#include "http/syntax.hpp"

namespace freehold::http {
namespace {

// RFC 9110, 15; RFC 6585.
struct Reason {
  int status;
  std::string_view phrase;
};
constexpr Reason reasons[] = {
    {101, "Switching Protocols"},
    {200, "OK"},
    {201, "Created"},
    {202, "Accepted"},
    {204, "No Content"},
    {206, "Partial Content"},
    {301, "Moved Permanently"},
    {302, "Found"},
    {303, "See Other"},
    {304, "Not Modified"},
    {307, "Temporary Redirect"},
    {308, "Permanent Redirect"},
    {400, "Bad Request"},
    {401, "Unauthorized"},
    {402, "Payment Required"},
    {403, "Forbidden"},
    {404, "Not Found"},
    {405, "Method Not Allowed"},
    {408, "Request Timeout"},
    {409, "Conflict"},
    {410, "Gone"},
    {412, "Precondition Failed"},
    {413, "Content Too Large"},
    {414, "URI Too Long"},
    {415, "Unsupported Media Type"},
    {417, "Expectation Failed"},
    {422, "Unprocessable Content"},
    {428, "Precondition Required"},
    {429, "Too Many Requests"},
    {431, "Request Header Fields Too Large"},
    {500, "Internal Server Error"},
    {501, "Not Implemented"},
    {502, "Bad Gateway"},
    {503, "Service Unavailable"},
    {504, "Gateway Timeout"},
    {505, "HTTP Version Not Supported"},
};

// The value of a field among whole lines.
std::string_view value_in(std::string_view lines, std::string_view name) {
  while (!lines.empty()) {
    const std::string_view line = next_part(lines, '\n');
    const bool may_be = line.size() > name.size() + 2 && line[name.size()] == ':';
    if (may_be && equal_ignoring_case(line.substr(0, name.size()), name))
      return trim(line.substr(name.size() + 1, line.size() - name.size() - 2));
  }
  return {};
}

}  // namespace

Response& Response::with_header(std::string name, std::string value) & {
  headers.emplace_back(std::move(name), std::move(value));
  return *this;
}

Response&& Response::with_header(std::string name, std::string value) && {
  headers.emplace_back(std::move(name), std::move(value));
  return std::move(*this);
}

Response&& Response::with_cookie(Cookie cookie) && {
  cookies.push_back(std::move(cookie));
  return std::move(*this);
}

std::string_view Response::header(std::string_view name) const {
  for (const auto& [field, value] : headers)
    if (equal_ignoring_case(field, name)) return value;
  return value_in(static_headers, name);
}

Response text(int status, std::string body) {
  return {.status = status, .body = std::move(body)};
}

Response html(int status, std::string body) {
  return {.status = status, .content_type = "text/html; charset=utf-8", .body = std::move(body)};
}

Response json_response(int status, const json::value& value) {
  return {.status = status, .content_type = "application/json", .body = json::serialize(value)};
}

Response event_stream(std::function<Task<std::string>()> pieces) {
  Response response;
  response.content_type = "text/event-stream; charset=utf-8";
  response.pieces = std::move(pieces);
  // A proxy that collects what it passes on would hold events back.
  response.with_header("X-Accel-Buffering", "no");
  return response;
}

Response no_content() {
  return {.status = 204};
}

Response see_other(std::string location) {
  Response response{.status = 303};
  response.with_header("Location", std::move(location));
  return response;
}

Response problem_response(const Problem& problem, std::string_view request_id,
                          std::string_view errors_url) {
  const std::string type =
      errors_url.empty() ? "about:blank" : std::string(errors_url) + problem.code;
  ProblemBody body{.type = type,
                   .title = std::string(reason_of(problem.status)),
                   .status = problem.status,
                   .code = problem.code,
                   .detail = problem.detail,
                   .request_id = std::string(request_id),
                   .upgrade = problem.upgrade};
  if (!problem.errors.empty()) body.errors = problem.errors;
  Response response = json_response(problem.status, to_json(body));
  response.content_type = "application/problem+json";
  if (problem.retry_after)
    response.with_header("Retry-After", std::to_string(*problem.retry_after));
  return response;
}

std::string_view reason_of(int status) {
  for (const Reason& reason : reasons)
    if (reason.status == status) return reason.phrase;
  return status < 400 ? "OK" : "Error";
}

}  // namespace freehold::http
