// Nodes that share nothing but the servers.
#include <doctest/doctest.h>

#include <atomic>
#include <chrono>
#include <thread>

#include "core/json.hpp"
#include "redis/test_server.hpp"
#include "tests/program/http_call.hpp"
#include "tests/program/rows.hpp"
#include "tests/program/workspace.hpp"

using namespace freehold;
using namespace freehold::program;
using Milliseconds = std::chrono::milliseconds;

namespace {

// The workspace as another node serves it.
Workspace on(Program& other, const Workspace& workspace) {
  Workspace same{
      other,          workspace.database, workspace.email, workspace.slug, workspace.tenant,
      Visitor(other), workspace.api_key};
  same.owner.cookies = workspace.owner.cookies;
  return same;
}

std::string plan_of(Workspace& workspace) {
  const auto answer = workspace.api(http::Method::get, "/api/v1/entitlements");
  REQUIRE_MESSAGE(answer.status == 200, answer.body);
  return std::string(json::parse(answer.body).at("plan").as_string());
}

// How long the node takes to see the plan.
Milliseconds time_until(Workspace& workspace, const std::string& plan) {
  const auto began = std::chrono::steady_clock::now();
  wait_until([&] { return plan_of(workspace) == plan; });
  return std::chrono::duration_cast<Milliseconds>(std::chrono::steady_clock::now() - began);
}

void override_plan(const Workspace& workspace, Visitor& staff, const std::string& plan) {
  set_override(workspace, staff, "plan " + plan, "");
}

// Patient settings: the test asks more often than a customer may.
app::Settings node_settings(const std::string& database, const redis::TestServer& server) {
  app::Settings settings = settings_for(database);
  settings.redis_url = "unix://" + server.socket();
  return settings;
}

}  // namespace

TEST_CASE("a plan that staff change on one node is seen by the other within a second") {
  redis::TestServer server;
  const auto scratch = new_database();
  Program one(node_settings(scratch.admin(), server));
  Program two(node_settings(scratch.admin(), server));
  Workspace workspace = sign_up(one, scratch.admin(), "ada@example.com", "Acme");
  Workspace elsewhere = on(two, workspace);
  Visitor staff = staff_member(one, "sam@staff.example");
  CHECK(plan_of(elsewhere) == "pro");

  override_plan(workspace, staff, "business");
  CHECK(time_until(elsewhere, "business") < Milliseconds(1000));
  CHECK(plan_of(workspace) == "business");

  server.kill();
  override_plan(workspace, staff, "free");
  CHECK(time_until(elsewhere, "free") < Milliseconds(1000));
  CHECK(plan_of(workspace) == "free");
}

TEST_CASE("what is bought on one node is seen by the other, which no webhook has told") {
  redis::TestServer server;
  const auto scratch = new_database();
  const std::string database = scratch.admin();
  app::Settings settings = node_settings(database, server);
  settings.stripe_url = fmt::format("http://127.0.0.1:{}", free_port());
  Program one(settings);
  app::Settings second = node_settings(database, server);
  second.stripe_url = settings.stripe_url;
  Program two(second);
  Stripe stripe(settings);
  Workspace workspace = sign_up(one, database, "ada@example.com", "Acme");
  sync_prices(one);
  Workspace elsewhere = on(two, workspace);
  CHECK(elsewhere.owner.get(elsewhere.path("/billing")).body.contains("trial"));

  app::Settings third = node_settings(database, server);
  third.stripe_url = settings.stripe_url;
  Program worker(third);
  worker.work();
  const std::string checkout = order(workspace, "business");
  stripe.pay(checkout);
  wait_until([&] { return standing(workspace) == "business full subscription\n"; });
  CHECK(time_until(elsewhere, "business") < Milliseconds(1000));
}

TEST_CASE("a limit holds exactly over both nodes, however many call at once") {
  redis::TestServer server;
  const auto scratch = new_database();
  const std::string database = scratch.admin();
  Program one(node_settings(database, server));
  Program two(node_settings(database, server));
  Workspace workspace = sign_up(one, database, "ada@example.com", "Acme");
  Workspace elsewhere = on(two, workspace);
  Visitor staff = staff_member(one, "sam@staff.example");
  override_plan(workspace, staff, "business");  // whose rate limit lets so many calls through
  set_override(workspace, staff, "limit documents.api_calls", "100");
  for (Workspace* each : {&workspace, &elsewhere}) time_until(*each, "business");

  std::atomic<int> allowed = 0;
  std::atomic<int> refused = 0;
  {
    std::vector<std::jthread> callers;
    for (int caller = 0; caller < 8; ++caller) {
      callers.emplace_back([&, port = (caller % 2 == 0 ? one : two).node().public_port()] {
        for (int i = 0; i < 40; ++i) {
          const Heard heard = call(port, "GET", "/api/v1/documents",
                                   {{"Authorization", "Bearer " + workspace.api_key}});
          if (heard.status == 200) ++allowed;
          if (heard.status == 402) ++refused;
        }
      });
    }
  }
  CHECK(allowed == 100);
  CHECK(refused == 220);
  CHECK(value(database, "select sum(used) from metering.counter") == "100");
}

TEST_CASE("a cron fires once for all workers together") {
  redis::TestServer server;
  const auto scratch = new_database();
  const std::string database = scratch.admin();
  app::Settings settings = node_settings(database, server);
  settings.stripe_url = fmt::format("http://127.0.0.1:{}", free_port());  // which a sweep asks
  Program one(settings);
  app::Settings second = node_settings(database, server);
  second.stripe_url = settings.stripe_url;
  Program two(second);
  Stripe stripe(settings);
  // Half past an hour, so that none comes due by itself while the test runs.
  const Duration into_the_hour{one.business().now().micros % hours(1).count()};
  const Duration to_half_past = minutes(90) - into_the_hour;
  for (Program* program : {&one, &two}) program->business().advance(to_half_past);
  one.settle();  // enters every cron with its next time
  const std::string crons = value(database, "select count(*) from events.cron");
  REQUIRE(std::stoi(crons) > 3);
  const std::string fired_before =
      value(database, "select count(*) from events.outbox where type like 'cron.%'");

  for (Program* program : {&one, &two}) program->business().advance(hours(25));
  for (Program* program : {&one, &two}) program->work();
  const std::string fired =
      "select type, count(*) from events.outbox where type like 'cron.%' group by type order by 1";
  wait_until([&] {
    return value(database,
                 "select count(*) from events.cron c where next_at > now() + interval "
                 "'25 hours'") == crons;
  });
  wait_until([&] {
    return value(database,
                 "select count(*) from events.job where state in ('available', "
                 "'running')") == "0";
  });
  CHECK(fired_before == "0");
  CHECK(rows(database, fired) ==
        rows(database, "select 'cron.' || name, 1 from events.cron order by 1"));
  CHECK(rows(database,
             "select max(attempt) from events.job where kind like 'cron.%' or kind in "
             "(select name from events.cron)") == "1\n");
}
