#include "http/assets.hpp"

#include <doctest/doctest.h>

#include "http/edge_fixture.hpp"

using namespace freehold;
using namespace freehold::http;

namespace {

std::optional<Asset> find(std::string_view path) {
  if (!path.starts_with("/assets/app.")) return {};
  return Asset{
      .body = "body{}", .br = "BR", .gz = "GZ!", .type = "text/css", .hash = "0170cf4aa102"};
}

void routes(Router& at) {
  serve_assets(at, find);
}

std::string ask(EdgeFixture& edge, std::string_view target,
                const std::vector<std::pair<std::string, std::string>>& headers = {}) {
  return sent(edge.answer(request(Method::get, target, headers)));
}

}  // namespace

TEST_CASE("a file whose address holds its hash is kept for ever") {
  EdgeFixture edge(routes);
  CHECK(ask(edge, "/assets/app.0170cf4aa102.css", {{"Accept-Encoding", "gzip, br"}}) ==
        "HTTP/1.1 200 OK\n"
        "Content-Type: text/css\n"
        "Content-Length: 2\n"
        "X-Content-Type-Options: nosniff\n"
        "Cross-Origin-Resource-Policy: same-origin\n"
        "Content-Security-Policy: default-src 'none'\n"
        "Cache-Control: public, max-age=31536000, immutable\n"
        "ETag: \"0170cf4aa102-br\"\n"
        "Vary: Accept-Encoding\n"
        "Content-Encoding: br\n"
        "\n"
        "BR");
}

TEST_CASE("each coding has its own bytes and tag; a client that has them is sent nothing") {
  EdgeFixture edge(routes);
  const auto asked = [&](std::string accept, std::string tag) {
    const Response response = edge.answer(
        request(Method::get, "/assets/app.0170cf4aa102.css",
                {{"Accept-Encoding", std::move(accept)}, {"If-None-Match", std::move(tag)}}));
    return std::to_string(response.status) + " " + std::string(response.content()) + " " +
           std::string(response.header("ETag"));
  };
  CHECK(asked("", "") == "200 body{} \"0170cf4aa102\"");
  CHECK(asked("gzip", "") == "200 GZ! \"0170cf4aa102-gzip\"");
  CHECK(asked("gzip", "\"0170cf4aa102-gzip\"") == "304  \"0170cf4aa102-gzip\"");
  CHECK(asked("gzip", "\"0170cf4aa102-br\"") == "200 GZ! \"0170cf4aa102-gzip\"");
}

TEST_CASE("an address with another hash gets the file of today, and may not keep it") {
  EdgeFixture edge(routes);
  const std::string answer = ask(edge, "/assets/app.ffffffffffff.css");
  CHECK(answer.find("Cache-Control: no-cache\n") != std::string::npos);
  CHECK(ask(edge, "/assets/other.css").starts_with("HTTP/1.1 404 "));
}

TEST_CASE("the guard is not asked for a file") {
  Hooks hooks;
  hooks.guard = [](Request&, const Route&) -> Task<std::optional<Response>> {
    throw Problem::unavailable("database_unavailable", "No database.");
    co_return std::nullopt;
  };
  EdgeFixture edge(routes, {}, hooks);
  CHECK(ask(edge, "/assets/app.0170cf4aa102.css").starts_with("HTTP/1.1 200 "));
}
