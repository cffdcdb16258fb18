// Redis is a convenience: without it everything is served, and limits are counted per process.
#include <doctest/doctest.h>

#include <atomic>
#include <thread>

#include "redis/test_server.hpp"
#include "tests/program/http_call.hpp"
#include "tests/program/rows.hpp"
#include "tests/program/workspace.hpp"

using namespace freehold;
using namespace freehold::program;

namespace {

std::string readiness(Program& program) {
  Visitor probe(program, Listener::staff);
  const auto answer = probe.get("/readyz");
  return fmt::format("{} {}", answer.status, answer.content());
}

// A page, a form and a call of the API: what a customer does.
std::string a_days_work(Workspace& workspace) {
  const auto page = workspace.owner.get(workspace.path("/documents"));
  const auto form = workspace.owner.post(workspace.path("/documents"), {{"title", "Notes"}});
  const auto call = workspace.api(http::Method::get, "/api/v1/entitlements");
  return fmt::format("{} {} {}", page.status, form.status, call.status);
}

// How many of so many calls at once pass before the limit of this process.
int passed(Workspace& workspace, int calls) {
  int count = 0;
  for (int i = 0; i < calls; ++i)
    if (workspace.api(http::Method::get, "/api/v1/entitlements").status == 200) ++count;
  return count;
}

struct Tally {
  std::atomic<int> allowed = 0;
  std::atomic<int> refused = 0;  // because the limit is reached
};

// Forty metered calls over the network.
void call_often(int port, const Workspace& workspace, Tally& tally) {
  for (int i = 0; i < 40; ++i) {
    const Heard heard =
        call(port, "GET", "/api/v1/documents", {{"Authorization", "Bearer " + workspace.api_key}});
    if (heard.status == 200) ++tally.allowed;
    if (heard.status == 402) ++tally.refused;
  }
}

std::string unix_url(const redis::TestServer& server) {
  return "unix://" + server.socket();
}

}  // namespace

TEST_CASE("a program whose Redis is down at the start serves, and uses it once it is there") {
  redis::TestServer server;
  server.kill();
  const auto scratch = new_database();
  app::Settings settings = settings_for(scratch.admin());
  settings.redis_url = unix_url(server);
  Program program(settings);
  CHECK(readiness(program) == "200 ready, without Redis\n");
  Workspace workspace = sign_up(program, scratch.admin(), "ada@example.com", "Acme");
  CHECK(a_days_work(workspace) == "200 303 200");

  server.start();
  wait_until([&] { return readiness(program) == "200 ready\n"; });
  CHECK(a_days_work(workspace) == "200 303 200");
}

TEST_CASE("a Redis that is killed while the program serves is missed by nobody, and taken back") {
  redis::TestServer server;
  const auto scratch = new_database();
  app::Settings settings = settings_for(scratch.admin());
  settings.redis_url = unix_url(server);
  Program program(settings);
  Workspace workspace = sign_up(program, scratch.admin(), "ada@example.com", "Acme");
  wait_until([&] { return readiness(program) == "200 ready\n"; });

  server.kill();
  CHECK(a_days_work(workspace) == "200 303 200");
  wait_until([&] { return readiness(program) == "200 ready, without Redis\n"; });
  CHECK(a_days_work(workspace) == "200 303 200");

  server.start();
  wait_until([&] { return readiness(program) == "200 ready\n"; });
  CHECK(a_days_work(workspace) == "200 303 200");
}

TEST_CASE("a Redis that is killed in the middle of metered calls costs and gives nobody a unit") {
  redis::TestServer server;
  const auto scratch = new_database();
  const std::string database = scratch.admin();
  app::Settings settings = settings_for(database);
  settings.redis_url = unix_url(server);
  Program program(settings);
  Workspace workspace = sign_up(program, database, "ada@example.com", "Acme");
  Visitor staff = staff_member(program, "sam@staff.example");
  set_override(workspace, staff, "plan business",
               "");  // whose rate limit lets so many calls through
  set_override(workspace, staff, "limit documents.api_calls", "100");
  wait_until([&] { return readiness(program) == "200 ready\n"; });
  program.machine().advance(seconds(5));  // no snapshot is older

  Tally tally;
  {
    std::vector<std::jthread> callers;
    for (int i = 0; i < 8; ++i)
      callers.emplace_back([&] { call_often(program.node().public_port(), workspace, tally); });
    wait_until([&] { return tally.allowed >= 30; });
    server.kill();
  }
  CHECK(tally.allowed == 100);
  CHECK(tally.refused == 220);
  CHECK(value(database, "select sum(used) from metering.counter") == "100");
  CHECK(readiness(program) == "200 ready, without Redis\n");
}

TEST_CASE("a Redis that accepts and never answers holds nobody up for long") {
  redis::TestServer server;
  const auto scratch = new_database();
  app::Settings settings = settings_for(scratch.admin());
  settings.redis_url = unix_url(server);
  Program program(settings);
  Workspace workspace = sign_up(program, scratch.admin(), "ada@example.com", "Acme");
  wait_until([&] { return readiness(program) == "200 ready\n"; });

  server.freeze();
  const auto began = std::chrono::steady_clock::now();
  for (int i = 0; i < 10; ++i) CHECK(a_days_work(workspace) == "200 303 200");
  CHECK(std::chrono::steady_clock::now() - began < std::chrono::seconds(5));

  server.thaw();
  wait_until([&] { return readiness(program) == "200 ready\n"; });
  CHECK(a_days_work(workspace) == "200 303 200");
}

TEST_CASE("without Redis a rate limit still holds, counted by the process") {
  const auto scratch = new_database();
  app::Settings settings = settings_for(scratch.admin());
  Program program(settings);
  CHECK(readiness(program) == "200 ready, without Redis\n");
  Workspace workspace = sign_up(program, scratch.admin(), "ada@example.com", "Acme");
  CHECK(a_days_work(workspace) == "200 303 200");

  // A trial of Pro: 600 a minute, a quarter of it at once.
  program.machine().advance(minutes(1));
  const int at_once = passed(workspace, 200);
  CHECK(at_once >= 150);
  CHECK(at_once < 180);
  const auto refused = workspace.api(http::Method::get, "/api/v1/entitlements");
  CHECK(refused.status == 429);
  CHECK(refused.header("Retry-After") != "");
}
