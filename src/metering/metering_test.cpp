#include "metering/metering.hpp"

#include <doctest/doctest.h>

#include "core/async.hpp"
#include "core/json.hpp"
#include "tenancy/tenancy.hpp"
#include "tests/support/world.hpp"

using namespace freehold;
using namespace freehold::metering;

namespace {

constexpr Meter calls{"documents.api_calls"};

Actor owner() {
  TenantId tenant;
  tenant.uuid.bytes[15] = 1;
  UserId user;
  user.uuid.bytes[15] = 1;
  return ActorMint::user(tenant, user, "owner", {}, {});
}

Task<> found(db::Database& database) {
  const Actor actor = owner();
  db::ControlTx tx = database.control_of_new_tenant(actor);
  co_await tenancy::create_tenant(tx, {actor.tenant(), "acme", "Acme", *actor.user()});
  co_await tx.commit();
}

entitlements::Snapshot snapshot_with(catalog::Allowance limit) {
  entitlements::Snapshot snapshot;
  snapshot.tenant = owner().tenant();
  snapshot.plan = "free";
  snapshot.plan_name = "Free";
  snapshot.standing.usage_anchor = *parse_rfc3339("2026-11-10T12:00:00Z");
  snapshot.allowances.emplace(calls.key, limit);
  return snapshot;
}

// A call that PostgreSQL had no time for is made again with its key, as its refusal says.
Task<> use(db::Database& database, const entitlements::Snapshot& snapshot, std::string key,
           Verdict& verdict) {
  for (int attempt = 0; attempt < 20; ++attempt) {
    bool away = false;
    try {
      verdict = co_await consume(database, owner(), snapshot, calls, 1, key);
    } catch (const Problem& problem) {
      if (problem.code != "metering_unavailable") throw;
      away = true;
    }
    if (!away) co_return;
  }
  throw std::runtime_error("the database had no time for one call in twenty attempts");
}

Task<> undo(db::Database& database, std::string key) {
  co_await give_back(database, owner(), calls, std::move(key));
}

std::string text_of(const Verdict& verdict) {
  return fmt::format("{}{}, {} of {}, until {}", verdict.allowed ? "allowed" : "refused",
                     verdict.duplicate ? " again" : "", verdict.used,
                     catalog::describe(verdict.limit), format_date(verdict.resets_at));
}

struct Fixture {
  test::World world{{"db", "events", "audit", "tenancy", "entitlements", "metering"}, 2};
  entitlements::Snapshot snapshot = snapshot_with(100);

  Fixture() {
    world.run([](db::Database& database) { return found(database); });
  }
  std::string use_one(const std::string& key) {
    Verdict verdict;
    world.run([&](db::Database& database) { return use(database, snapshot, key, verdict); });
    return text_of(verdict);
  }
  void give_one_back(const std::string& key) {
    world.run([&](db::Database& database) { return undo(database, key); });
  }
  std::vector<Verdict> use_at_once(int count, std::string_view prefix, bool same_key = false) {
    std::vector<Verdict> verdicts;
    verdicts.resize(std::size_t(count));
    std::vector<test::World::Work> works;
    for (int i = 0; i < count; ++i) {
      const std::string key = same_key ? std::string(prefix) : fmt::format("{}{}", prefix, i);
      works.push_back([this, &verdicts, i, key](db::Database& database) {
        return use(database, snapshot, key, verdicts[std::size_t(i)]);
      });
    }
    world.run_all(works);
    return verdicts;
  }
  std::string counted() {
    return world.rows("select meter, used from metering.counter order by meter, period_start");
  }
  std::string warnings() {
    return world.rows(
        "select payload->>'percent', payload->>'used', payload->>'limit' from events.outbox where "
        "type = 'usage.threshold_reached' order by (payload->>'percent')::int");
  }
};

}  // namespace

TEST_CASE_FIXTURE(Fixture,
                  "a call and its repetitions at once take the last unit, and all are allowed") {
  for (int round = 0; round < 20; ++round) {
    snapshot = snapshot_with(round + 1);
    const auto verdicts = use_at_once(8, fmt::format("call {}", round), true);
    CHECK(std::ranges::count_if(verdicts, &Verdict::allowed) == 8);
    CHECK(std::ranges::count_if(verdicts, &Verdict::duplicate) == 7);
  }
  CHECK(counted() == "documents.api_calls 20\n");
}

TEST_CASE_FIXTURE(Fixture, "of 1,000 concurrent calls at a limit of 100, exactly 100 pass") {
  const auto verdicts = use_at_once(1000, "call-");

  CHECK(std::ranges::count_if(verdicts, &Verdict::allowed) == 100);
  for (const Verdict& verdict : verdicts) CHECK((verdict.allowed || verdict.used == 100));
  CHECK(counted() == "documents.api_calls 100\n");
  CHECK(world.rows("select count(*), count(distinct used), max(used) from metering.event") ==
        "100 100 100\n");
  CHECK(world.rows("select sum(used) from metering.day") == "100\n");
  CHECK(warnings() ==
        "80 80 100\n"
        "100 100 100\n");
}

TEST_CASE_FIXTURE(Fixture, "one key counts once, however often and however concurrently") {
  const auto verdicts = use_at_once(50, "the same", true);

  CHECK(std::ranges::all_of(verdicts, &Verdict::allowed));
  CHECK(std::ranges::count_if(verdicts, [](const Verdict& v) { return !v.duplicate; }) == 1);
  CHECK(counted() == "documents.api_calls 1\n");
  CHECK(use_one("the same") == "allowed again, 1 of 100, until 10 Dec 2026");
}

TEST_CASE_FIXTURE(Fixture, "a refused call does not count, and its key passes after an upgrade") {
  snapshot = snapshot_with(1);
  CHECK(use_one("first") == "allowed, 1 of 1, until 10 Dec 2026");
  CHECK(use_one("second") == "refused, 1 of 1, until 10 Dec 2026");
  CHECK(use_one("second") == "refused, 1 of 1, until 10 Dec 2026");
  CHECK(counted() == "documents.api_calls 1\n");

  snapshot = snapshot_with(2);
  CHECK(use_one("second") == "allowed, 2 of 2, until 10 Dec 2026");
  CHECK(use_one("third") == "refused, 2 of 2, until 10 Dec 2026");
}

TEST_CASE_FIXTURE(Fixture, "what is taken back makes room, once") {
  snapshot = snapshot_with(1);
  use_one("failed with a 500");
  give_one_back("failed with a 500");
  give_one_back("failed with a 500");
  give_one_back("never made");
  CHECK(counted() == "documents.api_calls 0\n");
  CHECK(world.rows("select used from metering.day") == "0\n");

  CHECK(use_one("another") == "allowed, 1 of 1, until 10 Dec 2026");
  CHECK(use_one("and another") == "refused, 1 of 1, until 10 Dec 2026");
}

TEST_CASE_FIXTURE(Fixture, "a call that was taken back and is made again counts like a new one") {
  snapshot = snapshot_with(2);
  use_one("retried");
  give_one_back("retried");
  CHECK(use_one("retried") == "allowed, 1 of 2, until 10 Dec 2026");
  CHECK(counted() == "documents.api_calls 1\n");
  CHECK(world.rows("select used from metering.day") == "1\n");

  give_one_back("retried");
  CHECK(counted() == "documents.api_calls 0\n");
}

TEST_CASE_FIXTURE(Fixture, "each warning goes out once in a period and anew in the next") {
  snapshot = snapshot_with(10);
  for (int i = 0; i < 8; ++i) use_one(fmt::format("a{}", i));
  CHECK(warnings() == "80 8 10\n");
  give_one_back("a7");
  use_one("a8");
  CHECK(warnings() == "80 8 10\n");
  for (int i = 0; i < 4; ++i) use_one(fmt::format("b{}", i));
  CHECK(warnings() ==
        "80 8 10\n"
        "100 10 10\n");

  world.business().set(*parse_rfc3339("2026-12-10T12:00:00Z"));
  for (int i = 0; i < 8; ++i) use_one(fmt::format("c{}", i));
  CHECK(warnings() ==
        "80 8 10\n"
        "80 8 10\n"
        "100 10 10\n");
}

TEST_CASE_FIXTURE(Fixture, "the count starts anew with the period and keeps the old one") {
  snapshot = snapshot_with(1);
  CHECK(use_one("in November") == "allowed, 1 of 1, until 10 Dec 2026");
  world.business().set(*parse_rfc3339("2026-12-10T11:59:59Z"));
  CHECK(use_one("too early") == "refused, 1 of 1, until 10 Dec 2026");
  world.business().set(*parse_rfc3339("2026-12-10T12:00:00Z"));
  CHECK(use_one("in December") == "allowed, 1 of 1, until 10 Jan 2027");
  CHECK(counted() ==
        "documents.api_calls 1\n"
        "documents.api_calls 1\n");
}

TEST_CASE_FIXTURE(Fixture,
                  "without a limit everything passes and is counted; a limit of 0 allows nothing") {
  snapshot = snapshot_with({});
  CHECK(use_one("free of limits") == "allowed, 1 of unlimited, until 10 Dec 2026");
  CHECK(warnings().empty());
  snapshot = snapshot_with(0);
  CHECK(use_one("none at all") == "refused, 1 of 0, until 10 Dec 2026");
}

namespace {

Task<> forget(db::Database& database, std::int64_t& forgotten) {
  db::ControlTx tx = database.control(owner());
  forgotten = co_await forget_old_keys(tx);
  co_await tx.commit();
}

Task<> list_days(db::Database& database, std::string& text) {
  db::ControlRead db = database.control_read(owner());
  const Instant from = *parse_rfc3339("2026-11-22T00:00:00Z");
  for (const DayUsage& day : co_await usage_by_day(db, calls, from, from + days(2)))
    text += fmt::format("{} {}\n", format_date(day.day), day.used);
}

}  // namespace

TEST_CASE_FIXTURE(Fixture, "days add up in UTC, and only those asked for are given") {
  use_one("a");
  use_one("b");
  world.business().set(*parse_rfc3339("2026-11-23T00:00:00Z"));
  use_one("c");
  world.business().set(*parse_rfc3339("2026-11-24T00:00:00Z"));
  use_one("d");
  std::string text;
  world.run([&](db::Database& database) { return list_days(database, text); });
  CHECK(text ==
        "22 Nov 2026 2\n"
        "23 Nov 2026 1\n");
}

TEST_CASE_FIXTURE(Fixture, "keys are forgotten after 40 days, what they counted is not") {
  use_one("old");
  world.business().advance(days(39));
  use_one("young");
  world.business().advance(days(2));
  std::int64_t forgotten = 0;
  world.run([&](db::Database& database) { return forget(database, forgotten); });
  CHECK(forgotten == 1);
  CHECK(world.rows("select key from metering.event") == "young\n");
  CHECK(world.rows("select sum(used) from metering.day") == "2\n");
}
