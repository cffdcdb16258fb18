// Failed events and the health page.
#include <doctest/doctest.h>

#include "core/async.hpp"
#include "staff/test_site.hpp"
#include "tenancy/tenancy.hpp"

using namespace freehold;
using namespace freehold::staff;

namespace {

bool holds(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

Task<> refuse_or_work(bool works, int& runs) {
  ++runs;
  if (!works) throw events::Discard{"the other side says no"};
  co_return;
}

// Runs a job for the tenant's making that works or is refused for good; how often it ran.
int run_job(Site& site, bool works) {
  int runs = 0;
  events::Work work = staff::work(site.staff);
  work.subscriptions.push_back(
      {.kind = "test.greet", .on = tenancy::tenant_created, .run = [&](const events::Job&) {
         return refuse_or_work(works, runs);
       }});
  events::Worker worker(site.world.runtime(), 0, site.world.database(), site.money.billing.clocks,
                        std::move(work), {});
  site.world.run([&](db::Database&) { return worker.settle(); });
  return runs;
}

std::string replay_form(Site& site, const std::string& place) {
  const std::string page = site.panel.get("/failed-events").body;
  return place + test::between(page, "action=\"" + place, "\"");
}

// "support.job_replayed staff job", as the tenant's audit log has it.
std::string support_acts(Site& site) {
  return site.world.rows(
      "select action, actor_type, target_type from audit.event where action like 'support.%'");
}

Task<> find_drift(Site& site) {
  co_await billing::find_drift(site.money.billing, false);
}

Task<std::vector<Check>> two_checks() {
  co_return std::vector<Check>{{"Redis", true, "0.2 ms"}, {"Isolation report", false, "1 finding"}};
}

}  // namespace

TEST_CASE("a job that was given up is listed with its error, and replayed when the cause is gone") {
  Site site;
  const std::string password = site.create("sam@example.com");
  site.log_in(site.panel, "sam@example.com", password);
  site.money.sign_up();
  CHECK(holds(site.page("/failed-events"), "Nothing has failed for good"));
  CHECK(run_job(site, false) == 1);

  const std::string page = site.page("/failed-events");
  CHECK(page.starts_with("Failed events 1 "));
  CHECK(holds(page,
              "test.greet Acme the other side says no 1 22 Nov 2026, 09:00 UTC Replay test.greet"));
  CHECK(run_job(site, true) == 0);

  const std::string form = replay_form(site, site.path("/jobs/"));
  CHECK(seen(site.panel.post(form)) == "303 /failed-events?replayed=1");
  CHECK(run_job(site, true) == 1);
  CHECK(holds(site.page("/failed-events?replayed=1"), "Nothing has failed for good"));
  // A second press finds nothing to do.
  site.panel.get("/failed-events");
  site.panel.post(form);
  CHECK(run_job(site, true) == 0);
  CHECK(support_acts(site) == "support.job_replayed staff job\n");
}

TEST_CASE("who replays a job of no workspace is written down as an event") {
  Site site;
  site.enter();
  site.world.rows(
      "with happened as (insert into events.outbox (id, type, payload, occurred_at, relayed_at) "
      "values (gen_random_uuid(), 'test.happened', '{}', now(), now()) returning id) "
      "insert into events.job (id, lane, kind, outbox_id, state, run_at, max_attempts, ended_at) "
      "select gen_random_uuid(), gen_random_uuid(), 'test.tidy', id, 'dead', now(), 1, now() "
      "from happened returning 1");
  CHECK(seen(site.panel.post(replay_form(site, "/failed-events/jobs/"))) ==
        "303 /failed-events?replayed=1");
  CHECK(site.world.rows("select state from events.job where kind = 'test.tidy'") == "available\n");
  CHECK(site.world.rows("select payload ? 'staff', payload ? 'job', tenant_id is null "
                        "from events.outbox where type = 'staff.job_replayed'") == "t t t\n");
  CHECK(support_acts(site) == "");
}

TEST_CASE("a Stripe customer that was given up is fetched again") {
  Site site;
  site.enter();
  site.world.rows(
      "update billing.sync set dead_at = now(), last_error = 'No such customer' returning 1");
  CHECK(holds(site.page("/failed-events"), "Stripe customer cus_"));
  CHECK(holds(site.page("/failed-events"), "No such customer"));
  const int before = site.money.fetches;
  CHECK(seen(site.panel.post(replay_form(site, site.path("/customers/")))) ==
        "303 /failed-events?replayed=1");
  site.settle();
  CHECK(site.money.fetches > before);
  CHECK(holds(site.page("/failed-events"), "Nothing has failed for good"));
  CHECK(support_acts(site) == "support.sync_replayed staff customer\n");
}

TEST_CASE("the health page shows each database role, what the program adds, and slow queries") {
  Site site;
  site.enter();
  site.staff.checks = two_checks;
  const std::string page = site.page("/health");
  for (const std::string_view role :
       {"fh_app", "fh_control", "fh_auth", "fh_staff", "fh_worker", "fh_mover"})
    CHECK_MESSAGE(holds(page, std::string(role) + " Answers "), role);
  CHECK(holds(page, "Redis Answers 0.2 ms"));
  CHECK(holds(page, "Isolation report Does not answer 1 finding"));
  CHECK(holds(page, "Query Runs Failed Mean"));
  CHECK(holds(page, " ms"));
}

TEST_CASE("the navigation is a page of its own, for narrow screens without scripts") {
  Site site;
  site.enter();
  CHECK(site.panel.get("/menu").status == 200);
  CHECK(seen(site.panel.get("/")) == "303 /tenants");
}

TEST_CASE("what differs between our copies and Stripe is listed, and fetched again by a button") {
  Site site;
  const std::string password = site.create("sam@example.com");
  site.log_in(site.panel, "sam@example.com", password);
  site.money.sign_up();
  site.money.buy("4242424242424242");
  site.settle();
  CHECK(holds(site.page("/drift"), "Our copies are what Stripe says"));
  site.world.rows("update billing.mirror set status = 'canceled' returning 1");
  site.world.run([&](db::Database&) { return find_drift(site); });

  CHECK(holds(site.page("/drift"), "Acme sub_"));
  CHECK(holds(site.page("/drift"), "Status trialing canceled"));
  CHECK(test::mistakes_in(site.panel.get("/drift").body) == "");
  CHECK(seen(site.panel.post(site.path("/resync"))).starts_with("303"));
  site.settle();
  site.world.run([&](db::Database&) { return find_drift(site); });
  CHECK(holds(site.page("/drift"), "Our copies are what Stripe says"));
}

namespace {

Task<billing::Replayed> replay_here(billing::Billing& billing, billing::DeadFilter filter,
                                    billing::ActorOf actor_of) {
  co_return co_await billing::replay_events(billing, filter, actor_of);
}

}  // namespace

TEST_CASE(
    "failed webhooks are listed by reason, found by what they are, and replayed by a button") {
  Site site;
  const std::string password = site.create("sam@example.com");
  site.log_in(site.panel, "sam@example.com", password);
  site.money.sign_up();
  site.staff.replay = [&](billing::DeadFilter filter, billing::ActorOf actor_of) {
    return replay_here(site.money.billing, std::move(filter), std::move(actor_of));
  };
  CHECK(holds(site.page("/webhooks/dead"), "Every webhook was followed"));
  site.money.post_signed("<not json>");
  site.money.post_signed(
      R"({"id":"evt_a","type":"invoice.paid","created":1,"data":{"object":{"object":"invoice","customer":"cus_x"}}})");
  site.world.rows(
      "update billing.stripe_event set state = 'dead', reason = 'unknown_customer' where id = "
      "'evt_a' returning 1");
  site.world.rows("update billing.sync set customer_id = 'cus_x' returning 1");
  const std::string page = site.page("/webhooks/dead");
  CHECK(holds(page, "Failed webhooks 2"));
  CHECK(holds(page, "invoice.paid evt_a"));
  CHECK(holds(page, "Unknown customer (1)"));
  CHECK(holds(page, "Unreadable Signed by Stripe, and no event."));
  CHECK(test::mistakes_in(site.panel.get("/webhooks/dead").body) == "");
  CHECK(holds(site.page("/webhooks/dead?type=invoice.void"), "No failed webhook is like that"));
  CHECK(holds(site.page("/webhooks/dead?reason=unknown_customer&since=2026-11-01"),
              "Failed webhooks 1"));
  site.panel.get("/webhooks/dead?reason=unknown_customer");
  CHECK(seen(site.panel.post("/webhooks/dead/replay", {{"reason", "unknown_customer"}})) ==
        "303 /webhooks/dead?followed=1&waiting=0&dead=0");
  CHECK(support_acts(site) == "support.event_replayed staff stripe_event\n");
  CHECK(site.world.rows("select payload->>'reason', payload->>'followed' from events.outbox where "
                        "type = 'staff.webhooks_replayed'") == "unknown_customer 1\n");
  CHECK(site.world.rows("select state from billing.stripe_event where id = 'evt_a'") == "hint\n");

  // The unreadable one can only be discarded, and nobody does that without a reason.
  site.panel.get("/webhooks/dead");
  CHECK(site.panel.post("/webhooks/dead/discard", {{"reason", "unreadable"}}).status == 422);
  site.panel.get("/webhooks/dead");
  CHECK(seen(site.panel.post("/webhooks/dead/discard",
                             {{"reason", "unreadable"}, {"because", "sent by a test"}})) ==
        "303 /webhooks/dead?discarded=1");
  CHECK(holds(site.page("/webhooks/dead?discarded=1"), "Every webhook was followed"));
  CHECK(site.world.rows("select discarded_because from billing.stripe_event where state = "
                        "'discarded'") == "sent by a test\n");
  CHECK(site.world.rows("select payload->>'because', payload->>'discarded' from events.outbox "
                        "where type = 'staff.webhooks_discarded'") == "sent by a test 1\n");
}
