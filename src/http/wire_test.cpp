#include "http/wire.hpp"

#include <doctest/doctest.h>

#include <stdexcept>

using namespace freehold;
using namespace freehold::http;

namespace {

std::string head(const Response& response, SendOptions options = {}) {
  options.date = "Sun, 06 Nov 1994 08:49:37 GMT";
  std::string out;
  append_head(out, response, options);
  return out;
}

}  // namespace

TEST_CASE("the head of an answer") {
  Response response = json_response(201, json::object{{"ok", true}});
  response.with_header("Location", "/api/v1/documents/1");
  response.fixed_headers = "X-Fixed: 1\r\n";
  response.cookies.push_back({.name = "a", .value = "b"});
  response.cookies.push_back(
      {.name = "__Host-c", .value = "", .max_age = 0, .http_only = false, .secure = true});
  CHECK(head(response, {.keep_alive = false, .request_id = "req_1"}) ==
        "HTTP/1.1 201 Created\r\n"
        "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n"
        "Content-Type: application/json\r\n"
        "Content-Length: 11\r\n"
        "Request-Id: req_1\r\n"
        "X-Fixed: 1\r\n"
        "Location: /api/v1/documents/1\r\n"
        "Set-Cookie: a=b; Path=/; HttpOnly; SameSite=Lax\r\n"
        "Set-Cookie: __Host-c=; Path=/; Max-Age=0; Secure; SameSite=Lax\r\n"
        "Connection: close\r\n"
        "\r\n");
}

TEST_CASE("204 and 304 speak of no content; HTTP/1.0 is told that the connection stays") {
  CHECK(head(no_content()) ==
        "HTTP/1.1 204 No Content\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\n\r\n");
  CHECK(head({.status = 304}, {.is_http_1_0 = true}) ==
        "HTTP/1.1 304 Not Modified\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\n"
        "Connection: keep-alive\r\n\r\n");
}

TEST_CASE("a header or cookie that would break its line is never sent") {
  CHECK_THROWS_AS(head(text(200, "").with_header("Location", "/a\r\nSet-Cookie: a=b")),
                  std::logic_error);
  CHECK_THROWS_AS(head(text(200, "").with_header("X Y", "1")), std::logic_error);
  CHECK_THROWS_AS(head(text(200, "").with_cookie({.name = "a", .value = "b; Domain=x"})),
                  std::logic_error);
  CHECK_THROWS_AS(head(text(200, "").with_cookie({.name = "a=b", .value = "c"})), std::logic_error);
  CHECK_THROWS_AS(head({.content_type = "text/html\r\nX: 1"}), std::logic_error);
}

TEST_CASE(
    "lines that are sent again and again are checked when they are made, and found like others") {
  const std::string lines =
      header_lines({{"Freehold-User", "user_1"}, {"Freehold-Role", "member"}});
  CHECK(lines == "Freehold-User: user_1\r\nFreehold-Role: member\r\n");
  CHECK_THROWS_AS(header_lines({{"Freehold-Role", "member\r\nFreehold-User: user_2"}}),
                  std::logic_error);
  CHECK_THROWS_AS(header_lines({{"Freehold Role", "member"}}), std::logic_error);

  Response response{.status = 204, .static_headers = lines};
  response.with_header("Allow", "GET");
  CHECK(head(response) ==
        "HTTP/1.1 204 No Content\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\n"
        "Freehold-User: user_1\r\nFreehold-Role: member\r\nAllow: GET\r\n\r\n");
  CHECK(response.header("freehold-user") == "user_1");
  CHECK(response.header("Freehold-Role") == "member");
  CHECK(response.header("Allow") == "GET");
  for (const char* missing : {"Freehold", "User", "user_1", "Freehold-User: user_1"})
    CHECK(response.header(missing) == "");
}

TEST_CASE("dates are those of RFC 9110") {
  CHECK(http_date(784111777) == "Sun, 06 Nov 1994 08:49:37 GMT");
  CHECK(http_date(0) == "Thu, 01 Jan 1970 00:00:00 GMT");
  CHECK(http_date(1709251199) == "Thu, 29 Feb 2024 23:59:59 GMT");
}

TEST_CASE("a problem says what happened, what is wrong with which field, and what would allow it") {
  Problem problem = Problem::payment_required("plan_required", "Export is part of Pro.",
                                              Upgrade{"Pro", "$49.00 a month", "/t/acme/plan"});
  problem.errors = {{"title", "must not be empty"}};
  problem.retry_after = 3;
  const Response response = problem_response(problem, "req_1", "https://a.example/errors/");
  CHECK(response.content_type == "application/problem+json");
  CHECK(response.header("retry-after") == "3");
  CHECK(response.body ==
        R"({"type":"https://a.example/errors/plan_required","title":"Payment Required",)"
        R"("status":402,"code":"plan_required",)"
        R"("detail":"Export is part of Pro.","request_id":"req_1",)"
        R"("errors":[{"field":"title","message":"must not be empty"}],)"
        R"("upgrade":{"plan":"Pro","price":"$49.00 a month","url":"/t/acme/plan"}})");
}
