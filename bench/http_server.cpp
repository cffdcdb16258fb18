// What bench/http.mjs measures: the whole path of a request but its database. Routing, request id,
// security headers, log and metrics are on; the answer is {"ok":true}.
//
//   http_bench LISTEN THREADS       the request log goes to standard error
#include <cstdio>
#include <cstdlib>

#include "core/async.hpp"
#include "core/json.hpp"
#include "core/runtime.hpp"
#include "http/edge.hpp"

using namespace freehold;

namespace {

Task<http::Response> ping(http::Request&) {
  co_return http::json_response(200, json::object{{"ok", true}});
}

Task<http::Response> hello(http::Request&) {
  co_return http::html(200, "<!doctype html><title>Hello</title><p>Hello</p>");
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return std::fputs("http_bench LISTEN THREADS\n", stderr), 2;
  Runtime runtime(unsigned(std::atoi(argv[2])), 1);
  http::Router at;
  at.get("/api/v1/ping", ping, http::anyone);
  at.get("/hello", hello, http::anyone);
  // As the product behind bench/gateway.mjs.
  for (const char* path : {"/", "/app", "/app/open"}) at.get(path, hello, http::anyone);
  at.get("/api/v1/documents/{document_id}", ping, http::anyone);
  at.post("/api/v1/documents", ping, http::anyone);
  const SystemClock clock;
  http::Edge edge({runtime, at, nullptr, {clock, clock}}, {}, {});
  http::Config config;
  config.listen = argv[1];
  http::Server server(runtime, config, edge.handle());
  server.start();
  std::printf("listening on port %d\n", server.port());
  std::fflush(stdout);
  runtime.run();
}
