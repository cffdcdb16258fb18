// `freehold serve` and `freehold worker` as processes of their own.
#include <doctest/doctest.h>

#include "tests/program/http_call.hpp"
#include "tests/program/server_process.hpp"
#include "tests/program/program.hpp"

using namespace freehold;
using namespace freehold::program;

namespace {

std::string said(const Heard& heard) {
  return fmt::format("{} {}", heard.status, heard.body);
}

}  // namespace

TEST_CASE("a worker says how it is, at the address that it is told") {
  const auto scratch = new_database();
  app::Settings settings = process_settings(scratch.admin());
  settings.worker_listener.listen = fmt::format("127.0.0.1:{}", free_port());
  const int port = port_of(settings.worker_listener);
  const auto get = [&](std::string_view path) { return call(port, "GET", path, {}); };
  ServerProcess worker(settings, ServerProcess::Command::worker);
  wait_until([&] { return get("/healthz").status == 200; });
  CHECK(said(get("/healthz")) == "200 ok\n");
  CHECK(said(get("/readyz")) == "200 ready, without Redis\n");
  wait_until([&] {
    return get("/metrics").body.contains(R"(freehold_query_runs_total{query="events.lease_jobs"})");
  });
  const std::string metrics = get("/metrics").body;
  CHECK(metrics.contains(R"(freehold_http_requests_total{listener="worker",method="GET",)"
                         R"(route="/readyz",status="2xx"} 1)"));
  CHECK(metrics.contains("freehold_jobs{state=\"dead\"} 0"));
  CHECK(get("/login").status == 404);
  CHECK(worker.stop() == 0);
  CHECK(get("/healthz").status == 0);
}
