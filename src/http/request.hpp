// A request as a handler sees it, and what it answers with.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/actor.hpp"
#include "core/id.hpp"
#include "core/json_fwd.hpp"
#include "core/problem.hpp"
#include "core/task.hpp"
#include "core/time.hpp"

namespace freehold::log {
struct Cause;
}

namespace freehold::http {

enum class Method { get, head, post, put, patch, del, options };
inline constexpr std::size_t method_count = 7;
std::string_view name_of(Method method);  // "GET"; del is "DELETE"
// GET, HEAD and OPTIONS: they change nothing (RFC 9110, 9.2.1).
bool is_safe(Method method);

// Name and value in the order they came; a form or a query string. Limits: 200 fields.
class Fields {
 public:
  // The first value of the field; empty when it is absent.
  std::string_view get(std::string_view name) const;
  bool has(std::string_view name) const;
  std::vector<std::string> all(std::string_view name) const;
  void add(std::string name, std::string value);
  const std::vector<std::pair<std::string, std::string>>& items() const { return items_; }

 private:
  std::vector<std::pair<std::string, std::string>> items_;
};

// application/x-www-form-urlencoded (WHATWG URL). Throws Problem 400 `invalid_form`.
Fields parse_form(std::string_view text);

class FormTokens;

// Who sent it and from where; filled in before the handler runs.
struct Session {
  SessionId id;
  UserId user;
  std::string csrf_token;  // what a form of this session carries
};

class Request {
 public:
  Method method = Method::get;
  std::string target;  // path and query as sent
  std::string path;    // decoded, normalised; never holds `..` or a NUL
  Fields query;
  std::string host;      // as sent, with the port; not to be trusted for links
  std::string body;      // at most the route's limit
  std::string id;        // "req_…": in the answer's Request-Id, in logs and in the audit
  std::string trace_id;  // W3C traceparent, made when the caller sent none
  std::string ip;        // the client's address; X-Forwarded-For counts only behind a trusted proxy
  bool secure = false;   // the site is https: cookies carry `Secure` and the `__Host-` prefix
  Instant received;      // business clock

  // Path and query from a request target in origin or absolute form. Throws Problem 400
  // `invalid_target` for `..`, `//`, encoded slashes, a NUL or text that is not UTF-8.
  void set_target(std::string_view target);

  std::string_view header(std::string_view name) const;  // case-insensitive; empty when absent
  // By its plain name: over https the cookie is `__Host-<name>` and no other counts. Always empty
  // on API routes, which take no cookies.
  std::string_view cookie(std::string_view name) const;
  void add_header(std::string_view name, std::string_view value);

  // A path parameter as text ("slug"), or as an id: `{document_id}` must be a TypeID of its prefix,
  // anything else throws Problem::not_found.
  std::string_view parameter(std::string_view name) const;
  template <class SomeId>
  SomeId id_of(std::string_view name) const {
    const auto parsed = SomeId::parse(parameter(name));
    if (!parsed) throw Problem::not_found(SomeId::prefix);
    return *parsed;
  }
  std::map<std::string, std::string, std::less<>> parameters;

  // The body as a form (throws 415 `unsupported_media_type` for another content type).
  const Fields& form() const;
  bool has_form() const;  // the content type is application/x-www-form-urlencoded

  // The actor; only on routes that need one (a permission or `member`).
  const Actor& actor() const;
  std::optional<Actor> actor_;
  // The signed-in person; only on pages behind a log-in.
  const Session& session() const;
  std::optional<Session> session_;
  std::optional<ProductKeyId> product_key;  // on routes of the product
  std::optional<StaffId> staff;             // on the staff listener, after log-in
  std::string staff_csrf_token;             // what a form of the staff session carries
  // Who sent it from where, as the audit log keeps it.
  Origin origin() const;
  // Whose doing a line of the log is about that is written while it is handled.
  log::Cause cause() const;
  // What the route's guard found on the way in and pages show: filled by the program's wiring.
  std::string tenant_slug;
  bool was_counted = false;  // a unit of the route's meter: given back on a 402 or 5xx
  std::string theme;         // light, dark or system, from the cookie

  // What every form of the answer carries as `csrf_token`: the session's token, or for a visitor
  // without one a token bound to a cookie that the answer then sets. Empty outside of an Edge.
  std::string csrf_token() const;

  // Further headers of the answer, whatever it will be: what a guard has to say (RateLimit).
  std::vector<std::pair<std::string, std::string>> answer_headers;

  bool wants_fragment() const;  // htmx asked for a part: HX-Request-Type is partial

  // Ready for the next request of the same connection: as new, but keeps its memory.
  void clear();

 private:
  friend class Edge;
  friend class FormTokens;

  struct Header {
    std::uint32_t name_at, name_size, value_at, value_size;
  };
  std::string header_text_;  // names and values, one after the other
  std::vector<Header> headers_;
  mutable std::optional<Fields> form_;
  bool takes_cookies_ = true;
  const FormTokens* tokens_ = nullptr;
  mutable std::string visitor_;  // the visitor's cookie, made or received
  mutable bool new_visitor_ = false;
  mutable bool showed_token_ = false;
};

struct Cookie {
  std::string name;
  std::string value;
  std::optional<long> max_age = {};  // seconds; 0 deletes; none: until the browser closes
  bool http_only = true;
  std::string same_site = "Lax";
  bool secure = false;  // set by the edge
};

struct Response {
  int status = 200;
  std::string content_type = "text/plain; charset=utf-8";
  std::string body = {};
  // For bodies that live as long as the program (assets): sent instead of `body` without a copy.
  std::string_view static_body = {};
  // Whole header lines that are sent again and again, as header_lines() makes them.
  std::string_view static_headers = {};
  std::shared_ptr<const void> static_owner = {};  // keeps both alive when they would not
  std::vector<std::pair<std::string, std::string>> headers = {};
  // `Secure` and the `__Host-` prefix are added by the edge over https
  std::vector<Cookie> cookies = {};
  // A body that comes piece by piece, as it happens: sent in chunks behind `body` until a piece is
  // empty, the client is gone, or the server is drained. It is asked again only when the piece
  // before it has been taken, and should give one at least every few seconds, since a client that
  // went away is noticed by writing. The connection ends with it.
  std::function<Task<std::string>()> pieces = {};
  // Why it was refused, as in docs/api/errors.md; for the request log. The edge fills it, but not
  // for a page that shows a refusal by itself.
  std::string refusal = {};
  // Holds a secret that is shown once (a new API key): never kept for a repeated Idempotency-Key.
  bool shown_once = false;
  // Whole header lines that live as long as the program; the edge's.
  std::string_view fixed_headers = {};

  Response& with_header(std::string name, std::string value) &;
  Response&& with_header(std::string name, std::string value) &&;
  Response&& with_cookie(Cookie cookie) &&;
  std::string_view header(std::string_view name) const;  // case-insensitive; empty when absent
  std::string_view content() const { return static_body.empty() ? body : static_body; }
  bool ok() const { return status < 400; }
};

// "Name: value\r\n" for each. Throws std::logic_error for one that would break its line.
std::string header_lines(const std::vector<std::pair<std::string, std::string>>& headers);

Response text(int status, std::string body);
Response html(int status, std::string body);
Response json_response(int status, const json::value& value);
// text/event-stream (HTML standard, 9.2): events as `pieces` gives them, see http/sse.hpp.
Response event_stream(std::function<Task<std::string>()> pieces);
Response no_content();                     // 204
Response see_other(std::string location);  // 303: after a form
// application/problem+json (RFC 9457) with code, errors and upgrade; Retry-After when it has one.
// Its type is the page of the code below `errors_url`: "https://app.example.com/errors/".
Response problem_response(const Problem& problem, std::string_view request_id,
                          std::string_view errors_url);

// The reason phrase of a status: "Not Found".
std::string_view reason_of(int status);

// A resource as JSON. Include core/json.hpp where these are used.
template <Resource T>
Response json(const T& resource);  // 200
template <Resource T>
Response created(const T& resource);  // 201
template <Resource T>
Response accepted(const T& resource);  // 202: a stored command that a job carries out

}  // namespace freehold::http

#include "http/detail/response.inl"
