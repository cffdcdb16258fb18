#include <doctest/doctest.h>

#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>

#include "core/async.hpp"
#include "core/json.hpp"
#include "db/blocking_connection.hpp"
#include "entitlements/entitlements.hpp"
#include "tests/support/world.hpp"

using namespace freehold;
using namespace freehold::entitlements;

namespace {

constexpr std::string_view plans = R"(
[[plans]]
key = "free"
name = "Free"
tagline = "Free."
default = true
limits = { "things.things" = 10 }

[[plans]]
key = "pro"
name = "Pro"
tagline = "Pro."
features = ["things.export"]
limits = { "things.things" = 1000 }
prices = [{ amount = 4900, currency = "usd", interval = "month" }]
)";

constexpr Feature export_things{"things.export"};

catalog::Catalog catalog_of_test() {
  return catalog::Catalog::parse(plans, {.features = {{"things.export", "Export"}},
                                         .limits = {{"things.things", "Things"}},
                                         .meters = {}});
}

Actor owner(int tenant = 1) {
  TenantId id;
  id.uuid.bytes[15] = std::uint8_t(tenant);
  UserId user;
  user.uuid.bytes[15] = 1;
  return ActorMint::user(id, user, "owner", {}, {});
}

const db::TenantQuery<void, std::string> make_tenant{"gates_test.make_tenant", R"(
  insert into tenancy.tenant (tenant_id, slug, name, created_at)
  values ($1, $2, 'Name', now()))"};

Standing on(std::string plan, Access access = Access::full) {
  Standing standing;
  standing.plan = std::move(plan);
  standing.access = access;
  standing.then_plan = "free";
  return standing;
}

Task<> found(db::Database& database, int tenant) {
  db::ControlTx tx = database.control_of_new_tenant(owner(tenant));
  co_await tx.run(make_tenant, fmt::format("tenant-{}", tenant));
  co_await set_standing(tx, on("free"));
  co_await tx.commit();
}

Task<> put(db::Database& database, Standing standing, bool commit) {
  db::ControlTx tx = database.control(owner());
  co_await set_standing(tx, std::move(standing));
  if (commit) co_await tx.commit();
}

Task<> grant(db::Database& database, const catalog::Catalog& catalog, NewOverride draft,
             OverrideId& into, std::string& outcome) {
  try {
    db::ControlTx tx = database.control(owner());
    const Override made = co_await set_override(tx, catalog, std::move(draft));
    co_await tx.commit();
    into = made.id;
    outcome = "granted";
  } catch (const Problem& problem) {
    outcome = problem.code;
    for (const FieldError& error : problem.errors) outcome += " " + error.field;
  }
}

Task<> take_away(db::Database& database, OverrideId id) {
  db::ControlTx tx = database.control(owner());
  co_await revoke_override(tx, id);
  co_await tx.commit();
}

// "pro 1,000 export full v2"
std::string text_of(const Snapshot& snapshot) {
  const catalog::Allowance things = snapshot.allowance("things.things");
  return fmt::format("{} {}{} {} v{}{}{}", snapshot.plan, catalog::describe(things),
                     snapshot.is_enabled(export_things) ? " export" : "", name_of(snapshot.access),
                     snapshot.version, snapshot.overridden ? " overridden" : "",
                     snapshot.stale ? " stale" : "");
}

Task<> look(Gates& gates, int tenant, std::string& text) {
  const auto snapshot = co_await gates.snapshot(owner(tenant));
  text = text_of(*snapshot);
}

// Returns when the threads have been told, which is posted to them.
Task<> learn(Gates& gates) {
  co_await gates.poll();
  const Executor thread = co_await asio::this_coro::executor;
  co_await asio::post(thread, use_task);
}

const db::Query<bool> someone_waits{"gates_test.someone_waits", R"(
  select count(*) > 0 from pg_locks where not granted)"};

// While a load waits for a lock that `holder` has, the plan changes and the poll tells of it.
Task<> change_under_a_load(db::Database& database, Gates& gates, db::BlockingConnection& holder) {
  for (bool waits = false; !waits;) {
    db::ControlRead read = database.control_read(owner());
    waits = (co_await read.find(someone_waits)).value_or(false);
  }
  co_await put(database, on("pro"), true);
  co_await learn(gates);
  holder.run("rollback");
}

struct Fixture {
  test::World world;
  const catalog::Catalog catalog = catalog_of_test();
  Gates gates = node();
  Gates other = node();  // of another node: it hears only what the poll tells

  Gates node() { return {world.runtime(), world.database(), nullptr, world.clocks(), catalog}; }

  explicit Fixture(unsigned threads = 1)
      : world({"db", "events", "audit", "tenancy", "entitlements"}, threads) {
    world.run([](db::Database& database) { return found(database, 1); });
    poll(gates);
    poll(other);
  }
  void poll(Gates& which) {
    world.run([&](db::Database&) { return learn(which); });
  }
  std::string seen(Gates& which, int tenant = 1) {
    std::string text;
    world.run([&](db::Database&) { return look(which, tenant, text); });
    return text;
  }
  std::string refusal(Gates& which, int tenant = 1) {
    try {
      return seen(which, tenant);
    } catch (const Problem& problem) {
      return fmt::format("{} {}", problem.status, problem.code);
    }
  }
  // The node ends its connections: from then on the database is away for it.
  void cut_off() {
    world.run([](db::Database& database) { return database.close(); });
  }
  void set(const Standing& standing, bool commit = true) {
    world.run([&](db::Database& database) { return put(database, standing, commit); });
  }
  OverrideId last;
  std::string override_with(const NewOverride& draft) {
    std::string outcome;
    world.run([&](db::Database& db) { return grant(db, catalog, draft, last, outcome); });
    return outcome;
  }
};

}  // namespace

TEST_CASE_FIXTURE(Fixture, "a change is seen after the next poll, and not read again without one") {
  CHECK(seen(gates) == "free 10 full v1");
  set(on("pro"));
  CHECK(seen(gates) == "free 10 full v1");
  poll(gates);
  CHECK(seen(gates) == "pro 1,000 export full v2");
  CHECK(seen(other) == "pro 1,000 export full v2");
}

// Reads of one thread wait for each other: the load is on a thread that the poll is not on.
struct TwoThreads : Fixture {
  TwoThreads() : Fixture(2) {}
};

TEST_CASE_FIXTURE(TwoThreads, "a change during a tenant's first load is not missed") {
  db::BlockingConnection holder(world.scratch().admin());
  holder.run("begin");
  holder.run("lock table entitlements.override in access exclusive mode");
  std::string first;
  world.run_all({[&](db::Database& db) { return change_under_a_load(db, gates, holder); },
                 [&](db::Database&) { return look(gates, 1, first); }});
  CHECK(first == "free 10 full v1");
  std::string second;
  world.run_all({[&](db::Database&) { return learn(gates); },
                 [&](db::Database&) { return look(gates, 1, second); }});
  CHECK(second == "pro 1,000 export full v2");
}

TEST_CASE_FIXTURE(Fixture, "without a poll for two seconds a snapshot is read again") {
  CHECK(seen(gates) == "free 10 full v1");
  set(on("pro"));
  world.machine().advance(seconds(2));
  CHECK(seen(gates) == "pro 1,000 export full v2");
}

TEST_CASE_FIXTURE(Fixture,
                  "what is rolled back, or changes nothing, raises no version and tells nobody") {
  set(on("pro"), false);
  set(on("free"));
  poll(gates);
  CHECK(seen(gates) == "free 10 full v1");
  CHECK(world.rows("select type, payload->>'from', payload->>'to' from events.outbox order by "
                   "type") ==
        "access.changed  full\n"
        "plan.changed  free\n");
}

TEST_CASE_FIXTURE(Fixture, "time alone ends a trial, without an event or a poll") {
  Standing trial = on("pro");
  trial.source = "trial";
  trial.access_until = world.business().now() + days(14);
  trial.next_change_at = trial.access_until;
  set(trial);
  poll(gates);
  CHECK(seen(gates) == "pro 1,000 export full v2");
  world.business().advance(days(14));
  CHECK(seen(gates) == "free 10 full v2");
}

TEST_CASE_FIXTURE(Fixture, "an override wins until it expires or is revoked") {
  const Instant end = world.business().now() + days(1);
  NewOverride draft{.kind = OverrideKind::limit,
                    .key = "things.things",
                    .value = "25",
                    .reason = "Moving from another product",
                    .expires_at = end};
  CHECK(override_with(draft) == "granted");
  poll(gates);
  CHECK(seen(gates) == "free 25 full v2 overridden");

  draft.value = "unlimited";
  CHECK(override_with(draft) == "granted");
  poll(gates);
  CHECK(seen(gates) == "free unlimited full v3 overridden");

  world.run([&](db::Database& database) { return take_away(database, last); });
  poll(gates);
  CHECK(seen(gates) == "free 10 full v4");

  CHECK(override_with(draft) == "granted");
  poll(gates);
  CHECK(seen(gates) == "free unlimited full v5 overridden");
  world.business().set(end);
  CHECK(seen(gates) == "free 10 full v5");
}

TEST_CASE_FIXTURE(Fixture,
                  "an override says what it grants and why, in words that can be audited") {
  const auto attempt = [&](OverrideKind kind, std::string key, std::string value,
                           std::string reason) {
    return override_with({.kind = kind,
                          .key = std::move(key),
                          .value = std::move(value),
                          .reason = std::move(reason),
                          .expires_at = {}});
  };
  CHECK(attempt(OverrideKind::feature, "things.export", "on", "short") == "invalid_input reason");
  CHECK(attempt(OverrideKind::feature, "things.fly", "on", "They asked for it") ==
        "invalid_input key");
  CHECK(attempt(OverrideKind::feature, "things.export", "1", "They asked for it") ==
        "invalid_input value");
  CHECK(attempt(OverrideKind::limit, "things.things", "-1", "They asked for it") ==
        "invalid_input value");
  CHECK(attempt(OverrideKind::plan, "gold", "", "They asked for it") == "invalid_input key");
  CHECK(attempt(OverrideKind::feature, "things.export", "on", "They asked for it") == "granted");
  CHECK(world.rows("select action, reason, changes->0->>'new_value' from audit.event") ==
        "override.set They asked for it things.export = on\n");
}

TEST_CASE_FIXTURE(Fixture,
                  "another plan and another access are in the audit log, dates alone are not") {
  Standing trial = on("pro");
  trial.source = "trial";
  set(trial);
  trial.next_change_at = *parse_rfc3339("2026-12-06T09:00:00Z");
  set(trial);
  set(trial);
  Standing unpaid = trial;
  unpaid.access = Access::grace;
  unpaid.access_until = trial.next_change_at;
  set(unpaid);
  CHECK(world.rows("select action, c->>'field', c->>'old_value', c->>'new_value' "
                   "from audit.event, jsonb_array_elements(changes) c order by 1, 2") ==
        "access.changed access full grace\n"
        "access.changed access_until  2026-12-06T09:00:00Z\n"
        "plan.changed plan free pro\n"
        "plan.changed source default trial\n");
}

TEST_CASE_FIXTURE(Fixture,
                  "without the database the last known snapshot holds for a day, and says so") {
  Standing trial = on("pro");
  trial.source = "trial";
  trial.next_change_at = world.business().now() + hours(12);
  set(trial);
  poll(gates);
  CHECK(seen(gates) == "pro 1,000 export full v2");
  const Instant loaded_at = world.machine().now();

  cut_off();
  CHECK(seen(gates) == "pro 1,000 export full v2");  // fresh for as long as the last poll is
  world.machine().advance(seconds(2));
  CHECK(seen(gates) == "pro 1,000 export full v2 stale");
  // Time goes on: the trial ends as it would have.
  world.business().advance(hours(12));
  CHECK(seen(gates) == "free 10 full v2 stale");

  CHECK(refusal(other) == "503 database_unavailable");  // it has never seen this tenant
  world.machine().set(loaded_at + hours(24));
  CHECK(seen(gates) == "free 10 full v2 stale");
  world.machine().advance(seconds(1));
  CHECK(refusal(gates) == "503 database_unavailable");
}

TEST_CASE_FIXTURE(Fixture, "a tenant without a standing is not found") {
  CHECK(refusal(gates, 2) == "404 not_found");
}
