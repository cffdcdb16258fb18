// `freehold serve` and `freehold worker` as processes of their own.
#include <doctest/doctest.h>

#include <filesystem>

#include "app/clock_file.hpp"
#include "core/json.hpp"
#include "tests/program/http_call.hpp"
#include "tests/program/rows.hpp"
#include "tests/program/server_process.hpp"
#include "tests/program/workspace.hpp"

using namespace freehold;
using namespace freehold::program;

namespace {

std::string new_folder() {
  std::string folder = "/tmp/freehold-up.XXXXXX";
  REQUIRE(::mkdtemp(folder.data()) != nullptr);
  return folder;
}

// The clock of a `freehold up`, as it leaves it in its folder.
struct UpClock {
  ~UpClock() { std::filesystem::remove_all(folder); }
  void advance(Duration by) { offset.micros() += by.count(); }

  std::string folder = new_folder();
  std::string file = folder + "/clock";
  app::PublishedOffset offset{file};
};

Instant creation_in(const Heard& heard) {
  REQUIRE_MESSAGE(heard.status == 201, heard.body);
  const json::value document = json::parse(heard.body);
  return *parse_rfc3339(std::string(document.at("created_at").as_string()));
}

std::string said(const Heard& heard) {
  return fmt::format("{} {}", heard.status, heard.body);
}

}  // namespace

TEST_CASE("nodes beside a `freehold up` live at its time, and see at once when it is advanced") {
  UpClock up;
  const auto scratch = new_database();
  const std::string database = scratch.admin();
  app::Settings settings = process_settings(database);
  settings.clock_file = up.file;
  Program program(settings);
  Workspace workspace = sign_up(program, database, "ada@example.com", "Acme");
  REQUIRE(standing(workspace) == "pro full trial\n");
  app::Settings elsewhere = process_settings(database);
  elsewhere.clock_file = up.file;
  ServerProcess server(elsewhere);
  ServerProcess worker(settings, ServerProcess::Command::worker);
  const auto write = [&] {
    return call(
        port_of(elsewhere.public_listener), "POST", "/api/v1/documents",
        {{"Authorization", "Bearer " + workspace.api_key}, {"Content-Type", "application/json"}},
        R"({"title": "Notes"})");
  };
  const SystemClock machine;
  CHECK(creation_in(write()) < machine.now() + days(1));

  up.advance(days(24));
  CHECK(creation_in(write()) > machine.now() + days(23));
  // Of 14 days.
  wait_until([&] { return standing(workspace) == "free full default\n"; });
}

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
