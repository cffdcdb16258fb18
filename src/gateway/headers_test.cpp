#include "gateway/headers.hpp"

#include <doctest/doctest.h>

using namespace freehold;
using namespace freehold::gateway;

namespace {

using Fields = std::vector<std::pair<std::string, std::string>>;

http::Request request_with(const Fields& fields) {
  http::Request req;
  req.set_target("/app?x=1");
  req.host = "app.example.com";
  req.ip = "203.0.113.7";
  req.id = "req_1";
  req.trace_id = std::string(32, 'a');
  for (const auto& [name, value] : fields) req.add_header(name, value);
  return req;
}

// The head without what every request gets from us.
std::string passed(const Fields& fields) {
  std::string head = request_head(request_with(fields), {});
  std::string kept;
  while (!head.empty()) {
    const std::string line = head.substr(0, head.find("\r\n"));
    head.erase(0, line.size() + 2);
    bool ours = line.empty() || line.starts_with("GET ");
    for (const char* name : {"Host:", "X-Forwarded-", "Request-Id:", "Traceparent:"})
      ours = ours || line.starts_with(name);
    if (!ours) kept += line + "\n";
  }
  return kept;
}

}  // namespace

TEST_CASE("a request says from where it comes and which it is") {
  const std::string head = request_head(request_with({}), {});
  CHECK(
      head.starts_with("GET /app?x=1 HTTP/1.1\r\nHost: app.example.com\r\n"
                       "X-Forwarded-For: 203.0.113.7\r\nX-Forwarded-Proto: http\r\n"
                       "X-Forwarded-Host: app.example.com\r\nRequest-Id: req_1\r\n"
                       "Traceparent: 00-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa-"));
  CHECK(head.ends_with("-01\r\n\r\n"));
}

TEST_CASE("what belongs to one connection stays there, and what Connection names with it") {
  CHECK(passed({{"Connection", "keep-alive, X-Hop"},
                {"X-Hop", "1"},
                {"Keep-Alive", "timeout=5"},
                {"TE", "trailers"},
                {"Trailer", "X"},
                {"Transfer-Encoding", "chunked"},
                {"Content-Length", "5"},
                {"Upgrade", "h2c"},
                {"Proxy-Authorization", "x"},
                {"Expect", "100-continue"},
                {"Accept", "*/*"}}) == "Accept: */*\n");
}

TEST_CASE("nobody says who is asking but us") {
  CHECK(passed({{"Freehold-User", "user_1"},
                {"freehold-assertion", "x"},
                {"FREEHOLD-Role", "owner"},
                {"Freehold_User", "user_1"},
                {"freehold_role", "owner"},
                {"X-Forwarded-For", "1.2.3.4"},
                {"X_Forwarded_For", "1.2.3.4"},
                {"x-forwarded-user", "root"},
                {"Forwarded", "for=1.2.3.4"},
                {"X-Real-IP", "1.2.3.4"},
                {"X-Original-URL", "/admin"},
                {"X-Rewrite-URL", "/admin"},
                {"Proxy", "http://evil"},
                {"Request-Id", "mine"},
                {"Freeholder", "fine"}}) == "Freeholder: fine\n");
}

TEST_CASE("what we say of who is asking cannot be taken away by Connection") {
  const http::Request req = request_with({{"Connection", "Freehold-User, Host, X-Forwarded-For"}});
  const std::string head = request_head(req, {.identity = "Freehold-User: user_1\r\n"});
  CHECK(head.contains("Freehold-User: user_1\r\n"));
  CHECK(head.contains("Host: app.example.com\r\n"));
  CHECK(head.contains("X-Forwarded-For: 203.0.113.7\r\n"));
}

TEST_CASE("Freehold's cookies and keys do not reach the product, others do") {
  CHECK(passed({{"Cookie", "a=1; fh_sid=secret; __Host-fh_sid=secret; b=2"}}) ==
        "Cookie: a=1; b=2\n");
  CHECK(passed({{"Cookie", "fh_sid=secret"}, {"cookie", "fh_visitor=x;c=3"}}) == "cookie: c=3\n");
  CHECK(passed({{"Authorization", "Bearer fh_ak_live_x"}}) == "");
  CHECK(passed({{"Authorization", "bearer  fh_sk_x"}}) == "");
  CHECK(passed({{"Authorization", "Basic eDp5"}}) == "Authorization: Basic eDp5\n");
  CHECK(passed({{"Authorization", "Bearer other"}}) == "Authorization: Bearer other\n");
}

TEST_CASE("a trace goes on with a span of ours; a broken one begins anew") {
  const std::string trace(32, 'a');
  CHECK(request_head(request_with({{"traceparent", "00-" + trace + "-bbbbbbbbbbbbbbbb-00"},
                                   {"tracestate", "x=1"}}),
                     {})
            .contains("-00\r\nTracestate: x=1\r\n"));
  const std::string anew =
      request_head(request_with({{"traceparent", "nonsense"}, {"tracestate", "x=1"}}), {});
  CHECK(anew.contains("Traceparent: 00-" + trace));
  CHECK(!anew.contains("Tracestate"));
}

TEST_CASE("the product gets path and query, whichever form they were sent in") {
  CHECK(origin_form("/a?b") == "/a?b");
  CHECK(origin_form("http://host:80/a?b") == "/a?b");
  CHECK(origin_form("http://host") == "/");
  CHECK(origin_form("http://host?b") == "/?b");
}

TEST_CASE("only a WebSocket is an upgrade") {
  const auto wants = [](std::string_view upgrade, std::string_view connection) {
    return wants_websocket(
        request_with({{"Upgrade", std::string(upgrade)}, {"Connection", std::string(connection)}}));
  };
  CHECK(wants("websocket", "Upgrade"));
  CHECK(wants("WebSocket", "keep-alive, upgrade"));
  CHECK(!wants("h2c", "Upgrade"));
  CHECK(!wants("websocket, h2c", "Upgrade"));
  CHECK(!wants("websocket", "keep-alive"));
}
