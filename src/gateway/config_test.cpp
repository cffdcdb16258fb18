#include <doctest/doctest.h>
#include <fmt/format.h>

#include "gateway/gateway.hpp"
#include "gateway/upstream.hpp"

using namespace freehold::gateway;

namespace {

std::string wrong_with(std::vector<RouteConfig> routes) {
  return fmt::format("{}", fmt::join(mistakes_of({.routes = std::move(routes)}), "\n"));
}

std::string address_of(std::string_view text) {
  const auto parsed = parse_upstream(text);
  if (std::holds_alternative<std::string>(parsed)) return "wrong";
  const auto& address = std::get<UpstreamAddress>(parsed);
  return address.unix_path + address.host + "|" + address.port;
}

const std::string here = "http://127.0.0.1:3000";

}  // namespace

TEST_CASE("a product's address is http with a host, or a socket") {
  CHECK(address_of("http://127.0.0.1:3000") == "127.0.0.1|3000");
  CHECK(address_of("http://product") == "product|80");
  CHECK(address_of("http://[::1]:3000") == "::1|3000");
  CHECK(address_of("unix:/run/product.sock") == "/run/product.sock|");
  for (const char* text :
       {"", "127.0.0.1:3000", "https://product", "http://", "http://product/path",
        "http://product:0", "http://product:70000", "unix:product.sock",
        "http://user:secret@product", "ftp://product", "http://product?x"})
    CHECK_MESSAGE(address_of(text) == "wrong", text);
}

TEST_CASE("a password in a product's address is refused without printing it") {
  const std::string told = wrong_with({{.to = "http://user:hunter2@product"}});
  CHECK(told.contains("must not hold a user or a password"));
  CHECK(!told.contains("hunter2"));
}

TEST_CASE("routes that are right have no mistakes") {
  CHECK(wrong_with({{.path = "/", .to = here, .who = "anyone"},
                    {.path = "/app", .to = here, .permission = "documents:read"},
                    {.host = "api.example.com",
                     .path = "/",
                     .to = "unix:/run/p.sock",
                     .who = "member",
                     .meter = "documents.api_calls"}}) == "");
}

TEST_CASE("every mistake of a route is said") {
  CHECK(wrong_with({{.path = "app/", .who = "everybody"}}) ==
        "the route of app/: path must begin with / and be plain text: no pattern, escape or query\n"
        "the route of app/: to is missing: where the product is, such as http://127.0.0.1:3000\n"
        "the route of app/: who must be anyone, signed_in or member");
  CHECK(wrong_with({{.path = "/app/", .to = here}}).contains("must not end with /"));
  CHECK(wrong_with({{.path = "/a/../b", .to = here}}).contains("plain text"));
  CHECK(wrong_with({{.path = "/t/{slug}", .to = here}}).contains("no pattern"));
  CHECK(wrong_with({{.host = "https://a.example", .to = here}}).contains("without a scheme"));
  CHECK(
      wrong_with({{.to = here, .who = "anyone", .permission = "a:b"}}).contains("leave `who` out"));
  for (const RouteConfig& route :
       {RouteConfig{.to = here, .feature = "a.b"}, RouteConfig{.to = here, .meter = "a.b"}})
    CHECK(wrong_with({route}).contains("are of a workspace"));
}

TEST_CASE("two routes of one address are refused") {
  CHECK(wrong_with({{.path = "/app", .to = here}, {.path = "/App", .to = here}}) ==
        "the route of /App: is there twice; only one of them could ever be taken");
  CHECK(wrong_with({{.path = "/app", .to = here},
                    {.host = "a.example", .path = "/app", .to = here}}) == "");
}
