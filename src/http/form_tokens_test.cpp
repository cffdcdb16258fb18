#include "http/form_tokens.hpp"

#include <doctest/doctest.h>

#include "http/edge_fixture.hpp"

using namespace freehold;
using namespace freehold::http;

namespace {

constexpr std::string_view form_type = "application/x-www-form-urlencoded";
const std::string base = "https://app.example.com";

Task<Response> show(Request& request) {
  co_return html(200, request.csrf_token());
}
Task<Response> change(Request&) {
  co_return no_content();
}

void routes(Router& at) {
  at.get("/log-in", show, anyone);
  at.post("/log-in", change, anyone);
  at.post("/t/{slug}/team", change, member);
  at.post("/webhooks/stripe", change, webhook);
  at.post("/api/v1/things", change, member);
}

// As a guard does: a session where the route wants one.
Task<std::optional<Response>> guard(Request& request, const Route& route) {
  if (route.access.kind == Access::Kind::member)
    request.session_ = Session{{}, {}, "session-token"};
  co_return std::nullopt;
}

using Headers = std::vector<std::pair<std::string, std::string>>;

// The status and code of a POST with these headers and this form.
std::string post(EdgeFixture& edge, std::string_view target, Headers headers,
                 std::string body = "") {
  headers.emplace_back("Content-Type", form_type);
  Response response = edge.answer(request(Method::post, target, headers, std::move(body)));
  return std::to_string(response.status) + " " + response.body;
}

Hooks with_guard() {
  Hooks hooks;
  hooks.guard = guard;
  hooks.error_page = [](const Request&, const Problem& problem) { return html(200, problem.code); };
  return hooks;
}

}  // namespace

TEST_CASE("a form must come from our own pages") {
  EdgeFixture edge(routes, {.base_url = base + "/"}, with_guard());
  const std::string token = "csrf_token=session-token";
  const auto from = [&](const Headers& headers) {
    return post(edge, "/t/acme/team", headers, token);
  };
  CHECK(from({{"Sec-Fetch-Site", "same-origin"}}) == "204 ");
  CHECK(from({{"Sec-Fetch-Site", "none"}, {"Sec-Fetch-Mode", "navigate"}}) == "204 ");
  CHECK(from({{"Origin", base}}) == "204 ");
  CHECK(from({{"Sec-Fetch-Site", "same-origin"}, {"Origin", "null"}}) == "204 ");
  CHECK(from({}) == "403 cross_site_request");
  CHECK(from({{"Sec-Fetch-Site", "none"}, {"Sec-Fetch-Mode", "cors"}}) == "403 cross_site_request");
  CHECK(from({{"Sec-Fetch-Site", "same-site"}}) == "403 cross_site_request");
  CHECK(from({{"Sec-Fetch-Site", "cross-site"}, {"Origin", base}}) == "403 cross_site_request");
  CHECK(from({{"Origin", "null"}}) == "403 cross_site_request");
  CHECK(from({{"Origin", "https://app.example.com.evil.example"}}) == "403 cross_site_request");
  CHECK(from({{"Origin", "http://app.example.com"}}) == "403 cross_site_request");
  CHECK(from({{"Referer", base + "/t/acme"}}) == "403 cross_site_request");
}

TEST_CASE("a form carries the session's token, in a field or in a header") {
  EdgeFixture edge(routes, {.base_url = base}, with_guard());
  const Headers ours{{"Origin", base}};
  const auto with_header = [&](std::string token) {
    return post(edge, "/t/acme/team", {{"Origin", base}, {"X-CSRF-Token", std::move(token)}});
  };
  CHECK(post(edge, "/t/acme/team", ours, "csrf_token=session-token") == "204 ");
  CHECK(with_header("session-token") == "204 ");
  CHECK(post(edge, "/t/acme/team", ours) == "403 form_expired");
  CHECK(post(edge, "/t/acme/team", ours, "csrf_token=") == "403 form_expired");
  CHECK(post(edge, "/t/acme/team", ours, "csrf_token=session-toke") == "403 form_expired");
  CHECK(with_header("other") == "403 form_expired");
  CHECK(post(edge, "/t/acme/team", {{"Origin", base}, {"X-CSRF-Token", "other"}},
             "csrf_token=session-token") == "403 form_expired");
}

TEST_CASE("a visitor's form is bound to a cookie that its page sets") {
  EdgeFixture edge(routes, {.base_url = base}, with_guard());
  const Response page = edge.answer(request(Method::get, "/log-in"));
  const std::string set = sent_header(page, "Set-Cookie");
  CHECK(set.starts_with("__Host-fh_visitor="));
  CHECK(set.ends_with("; Path=/; Secure; HttpOnly; SameSite=Lax"));
  const std::string cookie = set.substr(0, set.find(';'));
  const std::string token = page.body;

  const Headers ours{{"Origin", base}, {"Cookie", cookie}};
  CHECK(post(edge, "/log-in", ours, "csrf_token=" + token) == "204 ");
  CHECK(post(edge, "/log-in", {{"Origin", base}}, "csrf_token=" + token) == "403 form_expired");
  CHECK(post(edge, "/log-in", ours) == "403 form_expired");
  CHECK(post(edge, "/log-in", {{"Origin", base}, {"Cookie", "__Host-fh_visitor=x"}},
             "csrf_token=" + token) == "403 form_expired");

  const Response again = edge.answer(request(Method::get, "/log-in", {{"Cookie", cookie}}));
  CHECK(again.body == token);
  CHECK(sent_header(again, "Set-Cookie") == "");
}

TEST_CASE("a visitor's token of another visitor, of another key, or of a session does not count") {
  EdgeFixture edge(routes, {.base_url = base}, with_guard());
  const auto visit = [&] {
    const Response page = edge.answer(request(Method::get, "/log-in"));
    const std::string set = sent_header(page, "Set-Cookie");
    return std::pair(set.substr(0, set.find(';')), page.body);
  };
  const auto [cookie, token] = visit();
  const auto [other_cookie, other_token] = visit();
  CHECK(token != other_token);
  const Headers ours{{"Origin", base}, {"Cookie", cookie}};
  CHECK(post(edge, "/log-in", ours, "csrf_token=" + other_token) == "403 form_expired");
  CHECK(post(edge, "/log-in", ours, "csrf_token=session-token") == "403 form_expired");
  CHECK(post(edge, "/t/acme/team", ours, "csrf_token=" + token) == "403 form_expired");
  const FormTokens elsewhere(base, Secret("another key"));
  Request forged =
      request(Method::get, "/", {{"Cookie", cookie.substr(std::string("__Host-").size())}});
  CHECK(post(edge, "/log-in", ours, "csrf_token=" + elsewhere.token_for(forged)) ==
        "403 form_expired");
}

TEST_CASE("a planted cookie that is no visitor's is replaced") {
  EdgeFixture edge(routes, {.base_url = "http://127.0.0.1:8080"}, with_guard());
  const Response page =
      edge.answer(request(Method::get, "/log-in", {{"Cookie", "fh_visitor=planted"}}));
  CHECK(sent_header(page, "Set-Cookie").starts_with("fh_visitor="));
}

TEST_CASE("webhooks and the API need no token, because no cookie makes them work") {
  EdgeFixture edge(routes, {.base_url = base}, with_guard());
  CHECK(edge.answer(request(Method::post, "/webhooks/stripe", {}, "{}")).status == 204);
  CHECK(edge.answer(request(Method::post, "/api/v1/things", {{"Content-Type", "application/json"}},
                            "{}"))
            .status == 204);
}
