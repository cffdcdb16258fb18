// Customers keep the version of a plan that they bought, until an operator moves them.
#include "billing/plan_moves.hpp"

#include <doctest/doctest.h>

#include "billing/test_site.hpp"
#include "core/async.hpp"
#include "core/json.hpp"
#include "entitlements/plan_versions.hpp"

using namespace freehold;
using namespace freehold::billing;

namespace {

std::string plans(int version, int amount, int calls) {
  return fmt::format(R"(
[[plans]]
key = "free"
name = "Free"
default = true
version = {0}
meters = {{ "documents.api_calls" = {2} }}
[[plans]]
key = "pro"
name = "Pro"
version = {0}
meters = {{ "documents.api_calls" = {2} }}
prices = [{{ amount = {1}, currency = "usd", interval = "month" }}]
)",
                     version, amount, calls);
}

struct Shop : Site {
  Shop()
      : Site({"db", "http", "events", "audit", "tenancy", "entitlements", "metering", "billing"},
             plans(1, 4900, 1000)) {
    world.run([this](db::Database&) { return begin(); });
    sign_up();
  }
  // The program starts with another file.
  void go_on(int version, int amount, int calls) {
    catalog = catalog::Catalog::parse(
        plans(version, amount, calls),
        {.features = {}, .limits = {}, .meters = {{"documents.api_calls", "API calls"}}});
    world.run([this](db::Database&) { return begin(); });
    world.run([this](db::Database&) { return sync(); });
    settle();
  }
  // One line for each workspace, without its id.
  std::string move(const std::string& plan, bool dry_run = false) {
    std::string said;
    world.run([&](db::Database&) { return move_it(plan, dry_run, said); });
    settle();
    return said;
  }
  std::string only_subscription() {
    std::string id = world.rows("select stripe_id from billing.mirror");
    id.pop_back();
    return id;
  }
  std::string has() {
    std::string text;
    world.run([&](db::Database&) { return look(text); });
    return text;
  }

 private:
  Task<> begin() { co_await entitlements::keep_plan_versions(world.database(), catalog); }
  Task<> sync() { co_await sync_plans(world.database(), stripe, catalog, false); }
  Task<> move_it(std::string plan, bool dry_run, std::string& said) {
    for (const PlanMove& each : co_await move_plan(billing, std::move(plan), dry_run)) {
      const std::string text = describe(each);
      said += text.substr(text.find(": ") + 2) + "\n";
    }
  }
  Task<> look(std::string& text) {
    const auto snapshot = co_await gates.newest(owner);
    text = fmt::format("{} v{}, {} calls", snapshot->plan, snapshot->standing.plan_version,
                       *snapshot->allowance("documents.api_calls"));
  }
};

}  // namespace

TEST_CASE_FIXTURE(Shop,
                  "who pays for a version keeps what it gives and costs, until they are moved") {
  buy("4242424242424242", "pro");
  CHECK(has() == "pro v1, 1000 calls");
  go_on(2, 5900, 500);
  advance(days(40));
  CHECK(has() == "pro v1, 1000 calls");
  CHECK(world.rows("select total from billing.invoice order by created_at") == "4900\n4900\n");

  const std::string preview = move("pro", true);
  CHECK(preview.starts_with("version 1 to 2, $49.00 to $59.00 from "));
  CHECK(has() == "pro v1, 1000 calls");
  CHECK(move("pro") == preview);
  CHECK(has() == "pro v2, 500 calls");
  CHECK(move("pro") == "");
  advance(days(31));
  CHECK(world.rows("select total from billing.invoice order by created_at") ==
        "4900\n4900\n5900\n");
  CHECK(world.rows("select action, changes->0->>'old_value', changes->0->>'new_value' from "
                   "audit.event where "
                   "action = 'subscription.plan_version_changed'") ==
        "subscription.plan_version_changed 1 2\n");
}

TEST_CASE_FIXTURE(Shop,
                  "who pays nothing keeps their version as well, and is moved by the same order") {
  CHECK(has() == "free v1, 1000 calls");
  go_on(2, 5900, 50);
  advance(days(40));
  CHECK(has() == "free v1, 1000 calls");
  CHECK(move("free") == "version 1 to 2\n");
  CHECK(has() == "free v2, 50 calls");
}

TEST_CASE_FIXTURE(Shop,
                  "who has to pay an invoice first is skipped, and an order is carried out later "
                  "when Stripe is away") {
  buy("4242424242424242", "pro");
  go_on(2, 5900, 500);
  stripe_is_down = true;
  CHECK(move("pro").starts_with("version 1 to 2, $49.00 to $59.00 from "));
  CHECK(has() == "pro v1, 1000 calls");
  stripe_is_down = false;
  world.machine().advance(minutes(5));
  settle();
  CHECK(has() == "pro v2, 500 calls");
}

TEST_CASE_FIXTURE(Shop, "a subscription that a schedule will change is left alone") {
  buy("4242424242424242", "pro");
  ask("POST", "/v1/subscription_schedules", "from_subscription=" + only_subscription());
  settle();
  go_on(2, 5900, 500);
  CHECK(move("pro").ends_with(", skipped: a change is scheduled\n"));
  CHECK(has() == "pro v1, 1000 calls");
}
