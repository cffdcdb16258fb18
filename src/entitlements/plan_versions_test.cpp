// What a plan gives does not change within a version: who has one keeps it.
#include "entitlements/plan_versions.hpp"

#include <doctest/doctest.h>

#include <stdexcept>

#include "core/async.hpp"
#include "tests/support/world.hpp"

using namespace freehold;
using namespace freehold::entitlements;

namespace {

catalog::Catalog plans(int version, int things, std::string_view tagline = "Pro.") {
  return catalog::Catalog::parse(
      fmt::format(R"(
[[plans]]
key = "free"
name = "Free"
default = true
limits = {{ "things.things" = 10 }}

[[plans]]
key = "pro"
name = "Pro"
tagline = "{}"
version = {}
limits = {{ "things.things" = {} }}
prices = [{{ amount = 4900, currency = "usd", interval = "month" }}]
)",
                  tagline, version, things),
      {.features = {}, .limits = {{"things.things", "Things"}}, .meters = {}});
}

const db::TenantQuery<void> make_tenant{"plan_versions_test.make_tenant", R"(
  insert into tenancy.tenant (tenant_id, slug, name, created_at)
  values ($1, 'acme', 'Acme', now()))"};

struct Installation {
  test::World world{{"db", "http", "events", "audit", "tenancy", "entitlements"}};
  Actor owner = ActorMint::user(TenantId::make(from_unix_seconds(1'800'000'000)),
                                UserId::make(from_unix_seconds(1'800'000'000)), "owner", {}, {});

  // What a start with this file says; empty: nothing is wrong.
  std::string start(catalog::Catalog& catalog) {
    std::string said;
    world.run([&](db::Database& database) { return keep(database, catalog, said); });
    return said;
  }
  // The workspace has Pro in this version.
  void buy(int version) {
    world.run([&](db::Database& database) { return put(database, version); });
  }

 private:
  static Task<> keep(db::Database& database, catalog::Catalog& catalog, std::string& said) {
    try {
      co_await keep_plan_versions(database, catalog);
    } catch (const std::runtime_error& error) {
      said = error.what();
    }
  }
  Task<> put(db::Database& database, int version) {
    db::ControlTx tx = database.control_of_new_tenant(owner);
    co_await tx.run(make_tenant);
    Standing standing;
    standing.plan = "pro";
    standing.plan_version = version;
    standing.then_plan = "free";
    co_await set_standing(tx, standing);
    co_await tx.commit();
  }
};

std::int64_t things_of(const catalog::Catalog& catalog, int version) {
  Standing standing;
  standing.plan = "pro";
  standing.plan_version = version;
  standing.then_plan = "free";
  return *evaluate(standing, {}, catalog, from_unix_seconds(1'800'000'000))
              .allowance("things.things");
}

}  // namespace

TEST_CASE_FIXTURE(Installation,
                  "a version that nobody has may change; one that somebody has may not") {
  auto first = plans(1, 1000);
  CHECK(start(first) == "");
  auto mended = plans(1, 900);
  CHECK(start(mended) == "");
  buy(1);
  auto other_text = plans(1, 900, "Better.");
  CHECK(start(other_text) == "");
  auto changed = plans(1, 500);
  CHECK(start(changed) ==
        "plans.toml: plan \"pro\": what it gives or costs has changed, and customers have it. "
        "Write version = 2 into it: they keep version 1 until `freehold plans migrate pro`.");
  CHECK(world.rows("select plan, version, terms->'limits'->0->>'most' from "
                   "entitlements.plan_version order by plan") == "free 1 10\npro 1 900\n");
}

TEST_CASE_FIXTURE(
    Installation,
    "customers keep their version when the file goes on, after any number of starts") {
  auto first = plans(1, 1000);
  start(first);
  buy(1);
  for (int again = 0; again < 2; ++again) {
    auto second = plans(2, 500);
    CHECK(start(second) == "");
    CHECK(things_of(second, 1) == 1000);
    CHECK(things_of(second, 2) == 500);
    CHECK(things_of(second, 7) == 500);
  }
}
