// The list, a tenant's page and the gates agree, whatever happens and in whatever order it is told.
#include <doctest/doctest.h>

#include "billing/billing.hpp"
#include "core/async.hpp"
#include "staff/test_site.hpp"
#include "tenancy/tenancy.hpp"

using namespace freehold;
using namespace freehold::staff;

namespace {

constexpr std::string_view card_that_fails_later = "4000000000000341";

Task<> note(Staff& staff, Actor actor) {
  co_await note_activity(staff, actor);
}

Task<> add_member(Site& site, UserId user) {
  db::ControlTx tx = site.world.database().control(site.money.owner);
  co_await tenancy::add_member(tx, user, tenancy::Role::member);
  co_await tx.commit();
}

Task<> rename(Site& site, std::string name) {
  db::ControlTx tx = site.world.database().control(site.money.owner);
  co_await tenancy::rename_tenant(tx, std::move(name));
  co_await tx.commit();
}

Task<> rename_and_refresh(Site& site, std::string name) {
  co_await rename(site, std::move(name));
  db::ControlTx tx = site.world.database().control(site.money.owner);
  co_await refresh(site.money.catalog, tx);
  co_await tx.commit();
}

Task<> grant_business(Site& site, Instant end) {
  db::ControlTx tx = site.world.database().control(site.money.owner);
  entitlements::NewOverride draft{entitlements::OverrideKind::plan, "business", "",
                                  "A test of what it would do", end};
  co_await entitlements::set_override(tx, site.money.catalog, std::move(draft));
  co_await tx.commit();
}

Task<> run_jobs(std::vector<events::Subscription> all, std::vector<events::Job> jobs) {
  for (const events::Job& job : jobs) {
    for (const auto& subscription : all) {
      if (subscription.on.key == job.event.type) co_await subscription.run(job);
    }
  }
}

std::string active_at(const Site& site) {
  return site.world.rows(
      "select to_char(last_active_at at time zone 'utc', 'HH24:MI:SS') from staff.tenant_rollup");
}

// Runs of the query that notes activity, in this process.
std::int64_t writes(Site& site) {
  for (const auto& use : site.world.database().query_uses()) {
    if (use.name == "staff.note_activity") return use.runs;
  }
  return 0;
}

// What the list, the page and the gates say, one line each.
std::string all_three(Site& site) {
  return site.line() + "\n" + site.head() + "\n" + site.gates();
}

}  // namespace

TEST_CASE("list, page and gates agree from the trial to a paid invoice") {
  Site site;
  site.enter();
  CHECK(all_three(site) ==
        "A Acme acme Pro $0.00 1 Trial until 6 Dec 2026 22 Nov 2026\n"
        "Pro Trial until 6 Dec 2026\n"
        "pro full export");

  site.money.buy(std::string(card_that_fails_later));
  site.settle();
  CHECK(all_three(site) ==
        "A Acme acme Pro $0.00 1 Trial until 6 Dec 2026 22 Nov 2026\n"
        "Pro Trial until 6 Dec 2026\n"
        "pro full export");

  site.advance(days(14) + hours(3));
  CHECK(all_three(site) ==
        "A Acme acme Pro $49.00 1 Payment problem: full access until 13 Dec 2026 "
        "22 Nov 2026\n"
        "Pro Payment problem: full access until 13 Dec 2026\n"
        "pro grace export");

  site.advance(days(7));
  CHECK(all_three(site) ==
        "A Acme acme Pro $49.00 1 Read-only 22 Nov 2026\n"
        "Pro Read-only\n"
        "pro limited");

  site.money.pay_with_another_card();
  site.settle();
  CHECK(all_three(site) ==
        "A Acme acme Pro $49.00 1 Active 22 Nov 2026\n"
        "Pro Active\n"
        "pro full export");

  site.money.cancel();
  site.advance(days(40));
  CHECK(all_three(site) ==
        "A Acme acme Free $0.00 1 Free 22 Nov 2026\n"
        "Free Free\n"
        "free full");
}

TEST_CASE("a trial that ends by the clock alone is over in list, page and gates") {
  Site site;
  site.enter();
  site.advance(days(14) + hours(1));
  CHECK(all_three(site) ==
        "A Acme acme Free $0.00 1 Free 22 Nov 2026\n"
        "Free Free\n"
        "free full");
}

TEST_CASE("an override that ends at any hour is over in list, page and gates") {
  Site site;
  site.enter();
  site.advance(days(15));
  const Instant end = site.money.clock.now() + hours(2);
  site.world.run([&](db::Database&) { return grant_business(site, end); });
  site.settle();
  CHECK(all_three(site) ==
        "A Acme acme Business by staff $0.00 1 Free 22 Nov 2026\n"
        "Business Free\n"
        "business full export");
  site.advance(hours(2));
  CHECK(all_three(site) ==
        "A Acme acme Free $0.00 1 Free 22 Nov 2026\n"
        "Free Free\n"
        "free full");
}

TEST_CASE("who computes a line waits for whoever does, so that the last word is right") {
  Site site;
  site.enter();
  std::vector<test::World::Work> all;
  for (int n = 0; n < 12; ++n)
    all.emplace_back([&site, name = fmt::format("Acme {}", n)](db::Database&) {
      return rename_and_refresh(site, name);
    });
  site.world.run_all(all);
  CHECK(site.world.rows("select r.name = t.name and t.name <> 'Acme' from staff.tenant_rollup r "
                        "join tenancy.tenant t on t.tenant_id = r.tenant_id") == "t\n");
}

TEST_CASE("events that come twice, late or in any order leave the same line") {
  Site site;
  site.enter();
  const auto follow = work(site.staff).subscriptions;
  site.money.buy(std::string(card_that_fails_later));
  site.money.advance(days(22));
  site.world.run([&](db::Database&) { return rename(site, "Acme Robotics"); });
  const auto colleague = UserId::make(site.world.machine().now());
  site.world.run([&](db::Database&) { return add_member(site, colleague); });
  site.settle();
  const std::string line = site.rollups();
  CHECK(line == "Acme Robotics acme pro subscription limited limited - 4900 2\n");

  std::vector<events::Job> jobs;
  for (const auto& subscription : follow) {
    events::Job job;
    job.id = JobId::make(site.world.machine().now());
    job.kind = std::string(subscription.kind);
    job.event.type = std::string(subscription.on.key);
    job.event.tenant = site.money.tenant;
    job.event.payload = "{}";
    jobs.insert(jobs.end(), {job, job});
  }
  std::mt19937 chance(7);
  for (int round = 0; round < 3; ++round) {
    std::ranges::shuffle(jobs, chance);
    site.world.run([&](db::Database&) { return run_jobs(follow, jobs); });
    CHECK(site.rollups() == line);
  }
}

TEST_CASE("a line that was lost or is wrong is made anew in the night") {
  Site site;
  site.enter();
  const std::string right = site.rollups();
  site.world.rows("update staff.tenant_rollup set mrr = 1, plan = 'x', members = 9 returning mrr");
  CHECK(site.rollups() != right);
  site.advance(days(1) + minutes(1));
  CHECK(site.rollups() == right);
  site.world.rows("delete from staff.tenant_rollup returning mrr");
  site.advance(days(1));
  CHECK(site.rollups() == right);
}

TEST_CASE("who works is noted at most every five minutes, and costs no query in between") {
  Site site;
  site.enter();
  const Actor owner = site.money.owner;
  const auto work_at = [&](Duration later) {
    site.world.business().advance(later);
    site.money.base.advance(later);
    site.world.run([&](db::Database&) { return note(site.staff, owner); });
    return active_at(site);
  };
  CHECK(work_at(minutes(10)) == "09:10:00\n");
  CHECK(writes(site) == 1);
  for (int n = 0; n < 4; ++n) CHECK(work_at(minutes(1)) == "09:10:00\n");
  CHECK(writes(site) == 1);
  CHECK(work_at(minutes(1)) == "09:15:00\n");
  CHECK(writes(site) == 2);

  // What staff and jobs do is no activity of the customer.
  site.world.business().advance(minutes(10));
  site.money.base.advance(minutes(10));
  const auto colleague = StaffId::make(site.world.machine().now());
  for (const Actor& actor : {ActorMint::staff(owner.tenant(), colleague, {}),
                             ActorMint::job(owner.tenant(), "test.job")})
    site.world.run([&](db::Database&) { return note(site.staff, actor); });
  CHECK(writes(site) == 2);
  CHECK(active_at(site) == "09:15:00\n");
}

TEST_CASE("the memory of who works is bounded") {
  Activity activity;
  const Instant start = *parse_rfc3339("2026-11-22T09:00:00Z");
  std::vector<TenantId> tenants;
  for (std::size_t n = 0; n < Activity::most + 100; ++n) tenants.push_back(TenantId::make(start));
  std::size_t news = 0;
  for (const TenantId tenant : tenants) news += activity.is_news(tenant, start);
  CHECK(news == tenants.size());
  news = 0;
  for (const TenantId tenant : tenants) news += activity.is_news(tenant, start + minutes(1));
  CHECK(news == 100);  // the rest is remembered
  // Later the memory is free for others.
  CHECK(activity.is_news(tenants.back(), start + minutes(6)));
  CHECK_FALSE(activity.is_news(tenants.back(), start + minutes(7)));
}
