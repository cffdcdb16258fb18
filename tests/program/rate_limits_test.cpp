// How many calls of the API a plan allows, and what every answer says about it. With Redis, whose
// clock the limits follow.
#include <doctest/doctest.h>

#include "redis/test_server.hpp"
#include "tests/program/rows.hpp"
#include "tests/program/workspace.hpp"

using namespace freehold;
using namespace freehold::program;

namespace {

app::Settings settings_with(const std::string& database, const redis::TestServer& server) {
  app::Settings settings = settings_for(database);
  settings.redis_url = "unix://" + server.socket();
  return settings;
}

struct Limited {
  Limited()
      : scratch(new_database()),
        database(scratch.admin()),
        program(settings_with(database, server)),
        acme(sign_up(program, database, "ada@example.com", "Acme")),
        globex(sign_up(program, database, "grace@example.com", "Globex")),
        staff(staff_member(program, "sam@staff.example")) {
    Visitor probe(program, Listener::staff);
    wait_until([&] { return probe.get("/readyz").content() == "ready\n"; });
  }

  redis::TestServer server;
  test::ScratchDatabase scratch;
  std::string database;
  Program program;
  Workspace acme;
  Workspace globex;
  Visitor staff;
};

http::Response ask(Workspace& workspace) {
  return workspace.api(http::Method::get, "/api/v1/plans");
}

// "200 "api";q=60;w=60 | "api";r=14;t=1 | -": what a program reads of its limits.
std::string limits_in(const http::Response& answer) {
  const std::string_view retry = answer.header("Retry-After");
  return fmt::format("{} {} | {} | {}", answer.status, answer.header("RateLimit-Policy"),
                     answer.header("RateLimit"), retry.empty() ? "-" : retry);
}

std::string version_of(const Workspace& workspace) {
  return value(workspace.database,
               fmt::format("select version from entitlements.version where tenant_id = '{}'",
                           workspace.tenant));
}

void put_on(Limited& all, const Workspace& workspace, const std::string& plan) {
  set_override(workspace, all.staff, "plan " + plan, "");
}

// Calls until one is refused, and then what that one says; at most `most`.
http::Response exhaust(Workspace& workspace, int most, int& passed) {
  http::Response last = ask(workspace);
  for (passed = 0; last.status == 200 && passed < most; ++passed) last = ask(workspace);
  return last;
}

}  // namespace

TEST_CASE("each answer of the API says what its plan allows and what is left of it") {
  Limited all;
  put_on(all, all.acme, "free");
  wait_until([&] { return ask(all.acme).header("RateLimit-Policy") == R"("api";q=60;w=60)"; });
  const auto free = ask(all.acme);
  CHECK(free.status == 200);
  CHECK(free.header("Freehold-Entitlement-Version") == version_of(all.acme));
  CHECK(limits_in(ask(all.globex)) == R"(200 "api";q=600;w=60 | "api";r=149;t=1 | -)");

  int passed = 0;
  const auto began = std::chrono::steady_clock::now();
  const auto refused = exhaust(all.acme, 200, passed);
  const auto took = std::chrono::steady_clock::now() - began;
  CHECK(limits_in(refused) == R"(429 "api";q=60;w=60 | "api";r=0;t=1 | 1)");
  CHECK(refused.header("Freehold-Entitlement-Version") == version_of(all.acme));
  CHECK(refused.body.contains("rate_limited"));
  // A quarter of a minute's calls at once, and one for each second that it took.
  CHECK(passed <= 15 + took / std::chrono::seconds(1) + 1);

  // Nobody else pays for it.
  const auto other = ask(all.globex);
  CHECK(other.status == 200);
  CHECK(other.header("RateLimit-Policy") == R"("api";q=600;w=60)");
}

TEST_CASE("a change of the plan changes the limit at once, in both directions") {
  Limited all;
  CHECK(limits_in(ask(all.acme)) == R"(200 "api";q=600;w=60 | "api";r=149;t=1 | -)");
  const std::string before = version_of(all.acme);
  for (const auto& [plan, policy] :
       {std::pair{"free", R"("api";q=60;w=60)"}, std::pair{"business", R"("api";q=3000;w=60)"}}) {
    put_on(all, all.acme, plan);
    const auto began = std::chrono::steady_clock::now();
    wait_until([&] { return ask(all.acme).header("RateLimit-Policy") == policy; });
    CHECK(std::chrono::steady_clock::now() - began < std::chrono::seconds(1));
  }
  const auto answer = ask(all.acme);
  CHECK(answer.header("Freehold-Entitlement-Version") == version_of(all.acme));
  CHECK(version_of(all.acme) != before);
  CHECK(limits_in(ask(all.globex)) == R"(200 "api";q=600;w=60 | "api";r=149;t=1 | -)");
}
