#include "http/syntax.hpp"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include "core/utf8.hpp"

using namespace freehold;
using namespace freehold::http;

namespace {

// "a=1, b=" of a form; "refused".
std::string form(std::string_view text) {
  const auto fields = parse_pairs(text);
  if (!fields) return "refused";
  std::string printed;
  for (const auto& [name, value] : fields->items())
    printed.append(printed.empty() ? "" : ", ").append(name).append("=").append(value);
  return printed;
}

// "/a b ? q=1" with the host in front when there is one; "refused".
std::string target(std::string_view text) {
  const auto parsed = parse_target(text);
  if (!parsed) return "refused";
  return parsed->host.empty()
             ? parsed->path + " ? " + std::string(parsed->query)
             : std::string(parsed->host) + " " + parsed->path + " ? " + std::string(parsed->query);
}

std::string coding(std::string_view accept, Offer offer = {.br = true, .gzip = true}) {
  return std::string(name_of(best_coding(accept, offer)));
}

std::string escape_all(std::string_view text) {
  std::string escaped;
  for (const unsigned char c : text) escaped += fmt::format("%{:02X}", c);
  return escaped;
}

}  // namespace

TEST_CASE("a form is pairs of escaped text") {
  CHECK(form("") == "");
  CHECK(form("a=1&b=2") == "a=1, b=2");
  CHECK(form("&&a=1&") == "a=1");
  CHECK(form("a") == "a=");
  CHECK(form("=1") == "=1");
  CHECK(form("a=b=c") == "a=b=c");
  CHECK(form("name=Z%C3%BCrich+AG") == "name=Zürich AG");
  CHECK(form("a=1&a=2") == "a=1, a=2");
  CHECK(form("a%26b=c%3Dd") == "a&b=c=d");
}

TEST_CASE("a form with a broken escape, a NUL, foreign bytes or too many fields is refused") {
  CHECK(form("a=%") == "refused");
  CHECK(form("a=%4") == "refused");
  CHECK(form("a=%zz") == "refused");
  CHECK(form("a=%00") == "refused");
  CHECK(form("a=%ff") == "refused");
  CHECK(form("a=%c0%af") == "refused");        // a slash, too long
  CHECK(form("a=%ed%a0%80") == "refused");     // half of a surrogate pair
  CHECK(form("a=%f4%90%80%80") == "refused");  // beyond Unicode
  std::string many = "a=1";
  for (int i = 1; i < 200; ++i) many += "&a=1";
  CHECK(form(many) != "refused");
  CHECK(form(many + "&a=1") == "refused");
}

TEST_CASE("whatever is UTF-8 without NUL comes back from its escapes") {
  rc::check("percent_decode undoes escaping", [](const std::string& text) {
    const bool fit = is_utf8(text) && text.find('\0') == text.npos;
    const auto decoded = percent_decode(escape_all(text), Plus::literal);
    RC_ASSERT(decoded == (fit ? std::optional(text) : std::nullopt));
  });
}

TEST_CASE("a target is a plain path and a query") {
  CHECK(target("/") == "/ ? ");
  CHECK(target("/t/acme/team?tab=roles&x=%2F") == "/t/acme/team ? tab=roles&x=%2F");
  CHECK(target("/a%20b%C3%BC") == "/a bü ? ");
  CHECK(target("/a/") == "/a/ ? ");
  CHECK(target("/a..b/...c") == "/a..b/...c ? ");
  CHECK(target("*") == "* ? ");
  CHECK(target("http://app.example.com:8080/a?b") == "app.example.com:8080 /a ? b");
  CHECK(target("HTTPS://[2001:db8::1]") == "[2001:db8::1] / ? ");
  CHECK(target("http://app.example.com?b") == "app.example.com / ? b");
}

TEST_CASE("a target that could mean another path is refused") {
  for (const std::string_view text : {"",
                                      "a",
                                      "?a",
                                      "//a",
                                      "/a//b",
                                      "/.",
                                      "/..",
                                      "/a/../b",
                                      "/a/./b",
                                      "/a/..",
                                      "/%2e%2e/b",
                                      "/%2E/b",
                                      "/a%2fb",
                                      "/a%2Fb",
                                      "/a%5cb",
                                      "/a\\b",
                                      "/a%00",
                                      "/a%0d%0a",
                                      "/a%7f",
                                      "/a#b",
                                      "/a b",
                                      "/\xc3\xbc",
                                      "/a%ff",
                                      "/a%",
                                      "http://",
                                      "http:///a",
                                      "http://a@b/",
                                      "ftp://a/b",
                                      "app.example.com:443",
                                      "http://a/../b",
                                      "/a//",
                                      "/%2e"})
    CHECK_MESSAGE(target(text) == "refused", text);
}

TEST_CASE("the first cookie of a name counts, and only the whole name") {
  const std::string_view header =
      "fh_sid=abc; xfh_sid=no; theme=\"dark\"; empty=; fh_sid=later;odd";
  CHECK(find_cookie(header, "fh_sid") == "abc");
  CHECK(find_cookie(header, "theme") == "\"dark\"");
  CHECK(find_cookie(header, "empty") == "");
  CHECK(find_cookie(header, "sid") == std::nullopt);
  CHECK(find_cookie(header, "odd") == std::nullopt);
  CHECK(find_cookie("", "a") == std::nullopt);
  CHECK(find_cookie(";;  a = 1 ;", "a") == "1");
}

TEST_CASE("the coding that the client likes best is chosen") {
  CHECK(coding("") == "identity");
  CHECK(coding("gzip, deflate, br, zstd") == "br");
  CHECK(coding("gzip, deflate") == "gzip");
  CHECK(coding("br;q=0.5, gzip;q=0.8") == "gzip");
  CHECK(coding("gzip;q=0.8, br;q=0.8") == "br");
  CHECK(coding("br;q=0, gzip;q=0") == "identity");
  CHECK(coding("*") == "br");
  CHECK(coding("br;q=0, *;q=0.1") == "gzip");
  CHECK(coding("*;q=0") == "identity");
  CHECK(coding("GZIP ; Q=1.000") == "gzip");
  CHECK(coding("gzip;q=2, br;q=x, br;level=9") == "identity");
  CHECK(coding("br, gzip", {.br = false, .gzip = true}) == "gzip");
  CHECK(coding("br", {.br = false, .gzip = false}) == "identity");
}

TEST_CASE("a trace is taken over only from a valid traceparent") {
  const std::string trace = "4bf92f3577b34da6a3ce929d0e0e4736";
  const std::string parent = "00f067aa0ba902b7";
  CHECK(trace_id_of("00-" + trace + "-" + parent + "-01") == trace);
  CHECK(trace_id_of("01-" + trace + "-" + parent + "-01-more") == trace);
  CHECK(trace_id_of("00-" + trace + "-" + parent + "-01-more") == "");
  CHECK(trace_id_of("ff-" + trace + "-" + parent + "-01") == "");
  CHECK(trace_id_of("00-" + std::string(32, '0') + "-" + parent + "-01") == "");
  CHECK(trace_id_of("00-" + trace + "-" + std::string(16, '0') + "-01") == "");
  CHECK(trace_id_of("00-4BF92F3577B34DA6A3CE929D0E0E4736-" + parent + "-01") == "");
  CHECK(trace_id_of("00-" + trace + "_" + parent + "-01") == "");
  CHECK(trace_id_of("00-\"}{\"") == "");
  CHECK(trace_id_of("") == "");
}

TEST_CASE("an entity tag matches weakly, in a list, or by a star") {
  CHECK(matches_etag("\"a\"", "\"a\""));
  CHECK(matches_etag("\"b\", W/\"a\"", "\"a\""));
  CHECK(matches_etag("*", "\"a\""));
  CHECK_FALSE(matches_etag("", "\"a\""));
  CHECK_FALSE(matches_etag("\"a-br\"", "\"a\""));
}

TEST_CASE("a media type is compared without its parameters") {
  CHECK(is_media_type("application/json", "application/json"));
  CHECK(is_media_type("Application/JSON ; charset=utf-8", "application/json"));
  CHECK_FALSE(is_media_type("application/json5", "application/json"));
  CHECK_FALSE(is_media_type("text/plain; application/json", "application/json"));
  CHECK_FALSE(is_media_type("", "application/json"));
}
