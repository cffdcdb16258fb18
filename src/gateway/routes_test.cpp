#include "gateway/routes.hpp"

#include <doctest/doctest.h>

using namespace freehold::gateway;

namespace {

const std::vector<RouteConfig> routes{{.path = "/"},
                                      {.path = "/app"},
                                      {.path = "/app/admin"},
                                      {.host = "api.example.com", .path = "/"},
                                      {.host = "api.example.com", .path = "/v2"}};

std::string taken(std::string_view host, std::string_view path) {
  const int at = find_route(routes, host, path);
  return at < 0 ? "none" : routes[std::size_t(at)].host + routes[std::size_t(at)].path;
}

}  // namespace

TEST_CASE("the longest path wins, and a path ends where a segment ends") {
  CHECK(taken("a", "/") == "/");
  CHECK(taken("a", "/app") == "/app");
  CHECK(taken("a", "/app/") == "/app");
  CHECK(taken("a", "/app/x/y") == "/app");
  CHECK(taken("a", "/apples") == "/");
  CHECK(taken("a", "/app/admin/users") == "/app/admin");
  CHECK(taken("a", "/app/administrator") == "/app");
  CHECK(taken("a", "*") == "none");
}

TEST_CASE("a route of the request's host goes before one of every host, whatever its path") {
  CHECK(taken("api.example.com", "/app") == "api.example.com/");
  CHECK(taken("API.example.com:443", "/v2/x") == "api.example.com/v2");
  CHECK(taken("example.com", "/v2/x") == "/");
}

TEST_CASE("what guards a path guards what a product may take for it") {
  CHECK(taken("a", "/APP/Admin") == "/app/admin");
  CHECK(taken("a", "/app/admin;jsessionid=1/users") == "/app/admin");
}

TEST_CASE("a path that some reader takes for another place is not plain") {
  for (const char* path : {"/", "/app", "/app/a.b/..c", "/app/a;b=1/c", "/app/100%", "/app/%20"})
    CHECK_MESSAGE(is_plain(path), path);
  for (const char* path :
       {"/open/..;/admin", "/open/..;x=1", "/open/.;/admin", "/open/%2e%2e/admin",
        "/open/%2E./admin", "/open%2fadmin", "/open/..%5Cadmin", "/open%253b"})
    CHECK_MESSAGE(!is_plain(path), path);
}

TEST_CASE("the workspace is named at the start of an address or behind the route's path") {
  CHECK(slug_in("/", "/t/acme/reports") == "acme");
  CHECK(slug_in("/app", "/app/t/acme/reports") == "acme");
  CHECK(slug_in("/t", "/t/acme") == "acme");
  CHECK(slug_in("/app", "/app/x/t/acme") == "");
  CHECK(slug_in("/", "/app/t/acme") == "");
}
