#include "http/edge.hpp"

#include <doctest/doctest.h>

#include <stdexcept>

#include "http/edge_fixture.hpp"
#include "tests/support/captured_log.hpp"

using namespace freehold;
using namespace freehold::http;

namespace {

constexpr Permission read_things{1, "things:read"};
constexpr Meter calls{"things.calls"};

Task<Response> page(Request& request) {
  co_return html(200, "<p>" + std::string(request.parameter("slug")) + "</p>");
}
Task<Response> api(Request&) {
  co_return json_response(200, json::object{{"ok", true}});
}
Task<Response> throw_problem(Request&) {
  Problem problem = Problem::too_many_requests("Slow down.", 7);
  throw problem;
  co_return no_content();
}
Task<Response> throw_secret(Request&) {
  throw std::runtime_error("password=hunter2");
  co_return no_content();
}
Task<Response> violate(Request&) {
  throw db::ConstraintViolation("things.add", "23505", "duplicate key", "thing_names_are_unique");
  co_return no_content();
}
Task<Response> violate_unknown(Request&) {
  throw db::ConstraintViolation("things.add", "23505", "duplicate key", "nobody_knows");
  co_return no_content();
}
Task<Response> log_in(Request&) {
  co_return see_other("/").with_cookie({.name = "fh_sid", .value = "abc", .max_age = 60});
}
Task<Response> show_cookie(Request& request) {
  co_return text(200, std::string(request.cookie("fh_sid")));
}
Task<Response> cached(Request&) {
  co_return text(200, "").with_header("Cache-Control", "public, max-age=60");
}
Task<Response> framing(Request&) {
  co_return html(200, "").with_header("Content-Security-Policy", "frame-src 'self'");
}
Task<Response> long_text(Request&) {
  co_return text(200, std::string(5000, 'a'));
}
Task<Response> form_page(Request& request) {
  co_return html(200, request.csrf_token() + std::string(5000, 'a'));
}
Task<Response> who(Request& request) {
  co_return text(200, request.ip + (request.secure ? " secure" : ""));
}
Task<Response> fail_once(Request&) {
  throw std::runtime_error("broken");
  co_return no_content();
}

Task<Response> read_identity(Request&, db::IdentityRead&) {
  co_return no_content();
}

Task<> note_settled(std::string& into, const Route& route, int status) {
  into += std::string(route.words.meter->key) + " " + std::to_string(status) + "\n";
  co_return;
}

Task<std::optional<Response>> let_in_for_acme(Request& request, const Route&) {
  const TenantId acme = *TenantId::parse("tenant_01h455vb4pex5vsknk084sn02q");
  request.actor_ = ActorMint::job(acme, "test");
  co_return std::nullopt;
}

void routes(Router& at) {
  at.get("/t/{slug}", page, anyone);
  at.get("/confirm/{token}", page, anyone);
  at.get("/account", page, signed_in);
  at.get("/api/v1/things", api, anyone);
  at.post("/api/v1/things", api, anyone, {.body_limit = 10});
  at.get("/api/v1/problem", throw_problem, anyone);
  at.get("/problem", throw_problem, anyone);
  at.get("/api/v1/broken", throw_secret, anyone);
  at.get("/broken", throw_secret, anyone);
  at.get("/violate", violate, anyone);
  at.get("/violate_unknown", violate_unknown, anyone);
  at.get("/log_in", log_in, anyone);
  at.get("/cookie", show_cookie, anyone);
  at.get("/api/v1/cookie", show_cookie, anyone);
  at.get("/cached", cached, anyone);
  at.get("/cached_account", cached, signed_in);
  at.get("/framing", framing, anyone);
  at.get("/long", long_text, anyone);
  at.get("/long_account", long_text, signed_in);
  at.get("/form", form_page, anyone);
  at.get("/who", who, anyone);
  at.get("/api/v1/metered", fail_once, read_things, count(calls));
}

std::string summary(const Response& response) {
  return std::to_string(response.status) + " " + std::string(response.content());
}

}  // namespace

TEST_CASE("a page goes out with the headers that keep it from being misused") {
  EdgeFixture edge(routes);
  const Response response = edge.answer(request(Method::get, "/t/acme"));
  CHECK(sent(response) ==
        "HTTP/1.1 200 OK\n"
        "Content-Type: text/html; charset=utf-8\n"
        "Content-Length: 11\n"
        "X-Content-Type-Options: nosniff\n"
        "Cross-Origin-Resource-Policy: same-origin\n"
        "Content-Security-Policy: default-src 'none'; script-src 'self'; style-src 'self'; "
        "img-src 'self' data:; font-src 'self'; connect-src 'self'; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'; object-src 'none'\n"
        "Cross-Origin-Opener-Policy: same-origin\n"
        "Permissions-Policy: camera=(), geolocation=(), microphone=(), payment=(), usb=()\n"
        "Referrer-Policy: same-origin\n"
        "Cache-Control: no-cache\n"
        "\n"
        "<p>acme</p>");
}

TEST_CASE("an API answer is nobody's to cache, frame or sniff") {
  EdgeFixture edge(routes, {.base_url = "https://app.example.com"});
  CHECK(sent(edge.answer(request(Method::get, "/api/v1/things"))) ==
        "HTTP/1.1 200 OK\n"
        "Content-Type: application/json\n"
        "Content-Length: 11\n"
        "X-Content-Type-Options: nosniff\n"
        "Cross-Origin-Resource-Policy: same-origin\n"
        "Content-Security-Policy: default-src 'none'; frame-ancestors 'none'\n"
        "Referrer-Policy: no-referrer\n"
        "Strict-Transport-Security: max-age=31536000\n"
        "Cache-Control: no-store\n"
        "\n"
        R"({"ok":true})");
}

TEST_CASE("a page whose address is a secret tells nobody its address") {
  EdgeFixture edge(routes);
  const Response response = edge.answer(request(Method::get, "/confirm/abc"));
  CHECK(sent_header(response, "Referrer-Policy") == "no-referrer");
}

TEST_CASE("a page's own policy stands alone: of two, each could only take away") {
  EdgeFixture edge(routes);
  const std::string response = sent(edge.answer(request(Method::get, "/framing")));
  const auto policy = response.find("Content-Security-Policy: frame-src 'self'\n");
  REQUIRE(policy != std::string::npos);
  CHECK(response.find("Content-Security-Policy", policy + 1) == std::string::npos);
  CHECK(response.find("X-Content-Type-Options: nosniff\n") != std::string::npos);
}

TEST_CASE("forms may lead to the configured origins and nowhere else") {
  EdgeFixture edge(routes,
                   {.form_action = {"https://checkout.stripe.com/pay", "http://127.0.0.1:8082"}});
  const Response response = edge.answer(request(Method::get, "/t/acme"));
  CHECK(
      sent_header(response, "Content-Security-Policy")
          .find("form-action 'self' https://checkout.stripe.com http://127.0.0.1:8082; base-uri") !=
      std::string::npos);
  CHECK_THROWS_AS(EdgeFixture(routes, {.form_action = {"https://a; script-src *"}}),
                  std::runtime_error);
}

TEST_CASE("what is behind a log-in is never stored, whatever the handler says") {
  EdgeFixture edge(routes);
  const auto caching = [&](std::string_view target) {
    return sent_header(edge.answer(request(Method::get, target)), "Cache-Control");
  };
  CHECK(caching("/t/acme") == "no-cache");
  CHECK(caching("/account") == "no-store");
  CHECK(caching("/cached") == "public, max-age=60");
  CHECK(caching("/cached_account") == "no-store");
  CHECK(caching("/log_in") == "no-store");
  CHECK(caching("/form") == "no-store");
  CHECK(caching("/nothing") == "no-store");
}

TEST_CASE("a public page is not stored either once it is shown to somebody") {
  Hooks hooks;
  hooks.guard = [](Request& request, const Route&) -> Task<std::optional<Response>> {
    request.session_ = Session{{}, {}, "token"};
    co_return std::nullopt;
  };
  EdgeFixture edge(routes, {}, hooks);
  CHECK(sent_header(edge.answer(request(Method::get, "/cached")), "Cache-Control") == "no-store");
}

TEST_CASE("a problem is JSON under /api/ and a page elsewhere") {
  Hooks hooks;
  hooks.error_page = [](const Request& request, const Problem& problem) {
    return html(200, (request.wants_fragment() ? "part: " : "page: ") + problem.code);
  };
  EdgeFixture edge(routes, {.errors_url = "https://a.example/errors/"}, hooks);
  Request asked = request(Method::get, "/api/v1/problem");
  const Response problem = edge.answer(asked);
  CHECK(summary(problem) ==
        R"(429 {"type":"https://a.example/errors/rate_limited",)"
        R"("title":"Too Many Requests","status":429,"code":"rate_limited","detail":"Slow down.",)"
        R"("request_id":")" +
            asked.id + "\"}");
  CHECK(sent_header(problem, "Retry-After") == "7");
  const Response page = edge.answer(request(Method::get, "/problem"));
  CHECK(summary(page) == "429 page: rate_limited");
  CHECK(sent_header(page, "Retry-After") == "7");
  CHECK(summary(edge.answer(request(Method::get, "/problem", {{"HX-Request-Type", "partial"}}))) ==
        "429 part: rate_limited");
  CHECK(summary(edge.answer(request(Method::get, "/nothing"))) == "404 page: not_found");
}

TEST_CASE("an error page that fails leaves a plain one") {
  Hooks hooks;
  hooks.error_page = [](const Request&, const Problem&) -> Response {
    throw std::runtime_error("no template");
  };
  EdgeFixture edge(routes, {}, hooks);
  CHECK(summary(edge.answer(request(Method::get, "/nothing"))) ==
        "404 404 Not Found\n\nThere is no such address here.\n");
}

TEST_CASE("an unknown failure says its request id and nothing of what failed") {
  EdgeFixture edge(routes);
  for (const std::string_view target : {"/broken", "/api/v1/broken"}) {
    Request asked = request(Method::get, target);
    const Response response = edge.answer(asked);
    CHECK(response.status == 500);
    CHECK(response.body.find(asked.id) != std::string::npos);
    CHECK(sent(response).find("hunter2") == std::string::npos);
  }
}

TEST_CASE("a violated constraint is the problem that the program maps it to") {
  Hooks hooks;
  hooks.problem_of = [](std::string_view constraint) -> std::optional<Problem> {
    if (constraint != "thing_names_are_unique") return {};
    return Problem::invalid({{"name", "is taken"}});
  };
  EdgeFixture edge(routes, {}, hooks);
  CHECK(edge.answer(request(Method::get, "/violate")).status == 422);
  CHECK(edge.answer(request(Method::get, "/violate_unknown")).status == 500);
}

TEST_CASE("a method that an address does not take, and what it does take") {
  EdgeFixture edge(routes);
  const Response wrong = edge.answer(request(Method::del, "/api/v1/things"));
  CHECK(wrong.status == 405);
  CHECK(sent_header(wrong, "Allow") == "GET, HEAD, POST, OPTIONS");
  const Response asked = edge.answer(request(Method::options, "/t/acme"));
  CHECK(asked.status == 204);
  CHECK(sent_header(asked, "Allow") == "GET, HEAD, OPTIONS");
  CHECK(edge.answer(request(Method::options, "*")).status == 204);
  CHECK(edge.answer(request(Method::options, "/nothing")).status == 404);
  CHECK(edge.answer(request(Method::head, "/t/acme")).status == 200);
}

TEST_CASE("the API takes JSON, up to the route's limit") {
  EdgeFixture edge(routes);
  const auto post = [&](std::string type, std::string body) {
    return edge
        .answer(request(Method::post, "/api/v1/things", {{"Content-Type", std::move(type)}},
                        std::move(body)))
        .status;
  };
  CHECK(post("application/json", "{}") == 200);
  CHECK(post("application/json; charset=utf-8", "{}") == 200);
  CHECK(post("", "") == 200);
  CHECK(post("application/x-www-form-urlencoded", "a=1") == 415);
  CHECK(post("text/plain", "{}") == 415);
  CHECK(post("", "{}") == 415);
  CHECK(post("application/json", "0123456789") == 200);
  CHECK(post("application/json", "0123456789a") == 413);
}

TEST_CASE("over https cookies are host-only and Secure; on loopback they have plain names") {
  EdgeFixture plain(routes);
  EdgeFixture secure(routes, {.base_url = "https://app.example.com"});
  CHECK(sent_header(plain.answer(request(Method::get, "/log_in")), "Set-Cookie") ==
        "fh_sid=abc; Path=/; Max-Age=60; HttpOnly; SameSite=Lax");
  CHECK(sent_header(secure.answer(request(Method::get, "/log_in")), "Set-Cookie") ==
        "__Host-fh_sid=abc; Path=/; Max-Age=60; Secure; HttpOnly; SameSite=Lax");
  const auto sent_cookie = [](EdgeFixture& edge, std::string_view target) {
    return edge.answer(request(Method::get, target, {{"Cookie", "fh_sid=a; __Host-fh_sid=b"}}))
        .body;
  };
  CHECK(sent_cookie(plain, "/cookie") == "a");
  CHECK(sent_cookie(secure, "/cookie") == "b");
  CHECK(sent_cookie(plain, "/api/v1/cookie") == "");
  CHECK(sent_cookie(secure, "/api/v1/cookie") == "");
}

TEST_CASE("a guard that refuses is the answer; one that lets through may add headers") {
  Hooks hooks;
  hooks.guard = [](Request& request, const Route& route) -> Task<std::optional<Response>> {
    request.answer_headers.emplace_back("RateLimit", "\"burst\";r=12;t=1");
    if (route.access.kind == Access::Kind::signed_in) co_return see_other("/log_in");
    co_return std::nullopt;
  };
  EdgeFixture edge(routes, {}, hooks);
  const Response refused = edge.answer(request(Method::get, "/account"));
  CHECK(refused.status == 303);
  CHECK(sent_header(refused, "Location") == "/log_in");
  const Response let = edge.answer(request(Method::get, "/t/acme"));
  CHECK(let.status == 200);
  CHECK(sent_header(let, "RateLimit") == "\"burst\";r=12;t=1");
}

TEST_CASE("what a guard took for a meter is settled with the answer's status") {
  std::string settled;
  Hooks hooks;
  hooks.settle = [&](Request&, const Route& route, int status) {
    return note_settled(settled, route, status);
  };
  EdgeFixture edge(routes, {}, hooks);
  edge.answer(request(Method::get, "/api/v1/metered"));
  edge.answer(request(Method::get, "/api/v1/things"));
  CHECK(settled == "things.calls 500\n");
}

TEST_CASE("public text is compressed, what is behind a log-in or carries a token is not") {
  EdgeFixture edge(routes);
  const auto coding = [&](std::string_view target, std::string accept) {
    const Response response =
        edge.answer(request(Method::get, target, {{"Accept-Encoding", std::move(accept)}}));
    return sent_header(response, "Content-Encoding") + "/" + sent_header(response, "Vary") + "/" +
           (response.body.size() < 5000 ? "small" : "whole");
  };
  CHECK(coding("/long", "gzip, br") == "br/Accept-Encoding/small");
  CHECK(coding("/long", "gzip") == "gzip/Accept-Encoding/small");
  CHECK(coding("/long", "") == "/Accept-Encoding/whole");
  CHECK(coding("/long_account", "gzip, br") == "//whole");
  CHECK(coding("/form", "gzip, br") == "//whole");
}

TEST_CASE("the client's address and scheme come from a trusted proxy only") {
  Site site{.base_url = "https://app.example.com", .trusted_proxies = {"192.0.2.0/24"}};
  EdgeFixture edge(routes, site);
  const auto asked = [&](std::string peer, std::string scheme) {
    Request made =
        request(Method::get, "/who?x=1",
                {{"X-Forwarded-For", "203.0.113.9"}, {"X-Forwarded-Proto", std::move(scheme)}});
    made.ip = std::move(peer);
    const Response response = edge.answer(made);
    return std::to_string(response.status) + " " + response.body +
           sent_header(response, "Location");
  };
  CHECK(asked("192.0.2.1", "https") == "200 203.0.113.9 secure");
  CHECK(asked("198.51.100.1", "http") == "200 198.51.100.1 secure");
  CHECK(asked("192.0.2.1", "http") == "308 https://app.example.com/who?x=1");
}

TEST_CASE("each request leaves one line, with the pattern of its route and never its path") {
  EdgeFixture edge(routes);
  const std::string trace = "4bf92f3577b34da6a3ce929d0e0e4736";
  Request asked = request(Method::get, "/confirm/very-secret?q=private",
                          {{"traceparent", "00-" + trace + "-00f067aa0ba902b7-01"}});
  edge.answer(asked);
  Request missing = request(Method::get, "/nothing-\"here\"");
  edge.answer(missing);
  edge.answer(request(Method::get, "/t/acme"));
  std::string log = edge.log();
  const auto without_time = [](std::string line) {
    line.erase(line.find(".0"), 7);
    const std::size_t at = line.find(",\"ms\":");
    return line.erase(at, line.find(',', at + 1) - at);
  };
  const std::size_t second = log.find('\n') + 1;
  CHECK(without_time(log.substr(0, second)) ==
        R"({"time":"2026-11-22T09:30:00Z","level":"info","event":"http.request",)"
        R"("method":"GET","route":"/confirm/{token}","status":200,"request":")" +
            asked.id + R"(","trace":")" + trace + "\"}\n");
  CHECK(without_time(log.substr(second, log.find('\n', second) + 1 - second)) ==
        R"({"time":"2026-11-22T09:30:00Z","level":"info","event":"http.request",)"
        R"("method":"GET","route":"none","status":404,"code":"not_found","request":")" +
            missing.id + R"(","trace":")" + missing.trace_id + "\"}\n");
}

TEST_CASE("a failure is logged with the tenant, the request and the trace, and not told") {
  Hooks hooks;
  hooks.guard = let_in_for_acme;
  EdgeFixture edge(routes, {}, std::move(hooks));
  const test::CapturedLog log;
  Request asked = request(Method::get, "/broken");
  const Response answer = edge.answer(asked);
  CHECK(answer.status == 500);
  CHECK_FALSE(answer.body.contains("hunter2"));
  const std::string line = log.text();
  CHECK(line.substr(line.find(R"("level")")) ==
        R"("level":"error","event":"http.failed","constraint":"","reason":"password=hunter2",)"
        R"("tenant":"tenant_01h455vb4pex5vsknk084sn02q","request":")" +
            asked.id + R"(","trace":")" + asked.trace_id + "\"}\n");
}

TEST_CASE("requests are counted by listener, route and class of status") {
  EdgeFixture edge(routes);
  EdgeFixture panel(routes);
  edge.answer(request(Method::get, "/t/acme"));
  edge.answer(request(Method::get, "/t/globex"));
  edge.answer(request(Method::get, "/broken"));
  edge.answer(request(Method::get, "/nothing"));
  panel.answer(request(Method::get, "/t/acme"));
  const std::string text = metrics_of({{"public", edge.edge()}, {"staff", panel.edge()}});
  const std::string acme = "method=\"GET\",route=\"/t/{slug}\"";
  CHECK(text.substr(0, text.find("# HELP freehold_http_request_seconds")) ==
        "# HELP freehold_http_requests_total Requests answered.\n"
        "# TYPE freehold_http_requests_total counter\n"
        "freehold_http_requests_total{listener=\"public\"," +
            acme +
            ",status=\"2xx\"} 2\n"
            "freehold_http_requests_total{listener=\"public\",method=\"GET\",route=\"/broken\","
            "status=\"5xx\"} 1\n"
            "freehold_http_requests_total{listener=\"public\",method=\"\",route=\"none\","
            "status=\"4xx\"} 1\n"
            "freehold_http_requests_total{listener=\"staff\"," +
            acme + ",status=\"2xx\"} 1\n");
  CHECK(text.contains("freehold_http_request_seconds_bucket{listener=\"public\"," + acme +
                      ",le=\"+Inf\"} 2\n"));
  CHECK(text.contains("freehold_http_request_seconds_count{listener=\"staff\"," + acme + "} 1\n"));
}

TEST_CASE("an edge that could not keep its promises is not made") {
  Runtime runtime(1, 1);
  const SystemClock clock;
  const auto why = [&](void (*add)(Router&), Site site) -> std::string {
    Router at;
    add(at);
    try {
      Edge({runtime, at, nullptr, {clock, clock}}, std::move(site), {});
    } catch (const std::logic_error& error) {
      return error.what();
    }
    return "";
  };
  const auto form = [](Router& at) { at.post("/log-in", page, anyone); };
  const auto read = [](Router& at) { at.get("/things", read_identity, anyone); };
  const auto harmless = [](Router& at) { at.post("/api/v1/things", api, anyone); };
  CHECK(why(form, {}) == "route /log-in needs a key for its form tokens");
  CHECK(why(form, {.key = Secret("key")}) == "");
  CHECK(why(read, {.key = Secret("key")}) == "route /things needs a database");
  CHECK(why(harmless, {}) == "");
}

TEST_CASE("request ids differ, sort by time and are TypeIDs") {
  EdgeFixture edge(routes);
  Request first = request(Method::get, "/t/acme");
  Request second = request(Method::get, "/t/acme");
  edge.answer(first);
  edge.answer(second);
  CHECK(first.id != second.id);
  CHECK(first.trace_id != second.trace_id);
  CHECK(first.trace_id.size() == 32);
  const auto uuid = parse_typeid("req", first.id);
  REQUIRE(uuid);
  CHECK(to_string(*uuid).substr(0, 15) == "01a20297-4dc0-7");
}
