// What the receiver makes of what Stripe sends: thin events, twins, the other mode, what it cannot
// read; and what becomes of events that could not be followed.
#include <doctest/doctest.h>

#include "billing/customers.hpp"
#include "billing/receive.hpp"
#include "billing/stripe.hpp"
#include "billing/sync.hpp"
#include "billing/test_site.hpp"
#include "core/async.hpp"
#include "core/json.hpp"

using namespace freehold;
using namespace freehold::billing;

namespace {

constexpr std::string_view good_card = "4242424242424242";

std::string customer_of(const Site& site) {
  std::string customer = site.world.rows("select customer_id from billing.customer");
  customer.pop_back();
  return customer;
}

std::string snapshot(std::string_view id, std::string_view type, const std::string& object,
                     bool livemode = false) {
  return fmt::format(R"({{"id":"{}","object":"event","type":"{}","created":1,"livemode":{},)"
                     R"("data":{{"object":{}}}}})",
                     id, type, livemode, object);
}

std::string about_customer(std::string_view id, const std::string& customer,
                           bool livemode = false) {
  return snapshot(id, "customer.updated",
                  fmt::format(R"({{"object":"customer","id":"{}"}})", customer), livemode);
}

std::string thin(std::string_view id, std::string_view type, const std::string& url,
                 std::string_view twin = "") {
  return fmt::format(
      R"({{"id":"{}","object":"v2.core.event","type":"{}","created":"2026-11-22T09:00:00.000Z",)"
      R"("livemode":false,"related_object":{{"id":"x","type":"invoice","url":"{}"}},)"
      R"("snapshot_event":{}}})",
      id, type, url, twin.empty() ? "null" : fmt::format("\"{}\"", twin));
}

// Those of this test, without what the simulator said before.
std::string ours(const Site& site) {
  return site.world.rows(
      "select id, state, coalesce(reason, '-') from billing.stripe_event where id like "
      "'evt\\_t\\_%' or "
      "id like 'unreadable%' order by id");
}

std::string behind(const Site& site) {
  return site.world.rows("select dirty_seq - synced_seq from billing.sync");
}

std::string invoice_of(Site& site) {
  const json::value list = json::parse(site.ask("GET", "/v1/invoices"));
  return std::string(list.at("data").at(0).at("id").as_string());
}

Task<> look_up(Billing& billing) {
  while (co_await look_up_step(billing)) {
  }
}

Task<> settle_unknown(Billing& billing) {
  co_await settle_waiting(billing.database, billing.clocks.machine.now());
}

Actor support(TenantId tenant) {
  return ActorMint::job(tenant, "support");
}

Task<> replay(Site& site, DeadFilter filter, std::string& said) {
  const Replayed done = co_await replay_events(site.billing, filter, support);
  said = fmt::format("{} followed, {} waiting, {} dead", done.followed, done.waiting, done.dead);
}

std::string replayed(Site& site, const DeadFilter& filter) {
  std::string said;
  site.world.run([&](db::Database&) { return replay(site, filter, said); });
  return said;
}

Task<> discard(Site& site, DeadFilter filter, std::string because, int& done) {
  done = co_await discard_events(site.billing, filter, std::move(because), support);
}

int discarded(Site& site, const DeadFilter& filter, const std::string& because) {
  int done = 0;
  site.world.run([&](db::Database&) { return discard(site, filter, because, done); });
  return done;
}

void bought(Site& site) {
  site.sign_up();
  site.buy(std::string(good_card));
}

}  // namespace

TEST_CASE("a thin event is followed when Stripe has said whom its object belongs to") {
  Site site;
  bought(site);
  site.post_signed(thin("evt_t_1", "v1.invoice.paid", "/v1/invoices/" + invoice_of(site)));
  site.post_signed(thin("evt_t_2", "v1.customer.updated", "/v1/customers/" + customer_of(site)));
  site.post_signed(thin("evt_t_3", "v1.invoice.paid", "/v1/invoices/in_gone"));
  CHECK(ours(site) == "evt_t_1 waiting thin\nevt_t_2 waiting thin\nevt_t_3 waiting thin\n");
  CHECK(behind(site) == "0\n");
  site.world.run([&](db::Database&) { return look_up(site.billing); });
  CHECK(ours(site) == "evt_t_1 hint -\nevt_t_2 hint -\nevt_t_3 dead object_missing\n");
  CHECK(behind(site) == "2\n");
}

TEST_CASE("a thin event and its whole twin are one, whichever comes first") {
  Site site;
  bought(site);
  const std::string url = "/v1/invoices/" + invoice_of(site);
  site.post_signed(about_customer("evt_t_1", customer_of(site)));
  site.post_signed(thin("evt_t_2", "v1.invoice.paid", url, "evt_t_1"));
  CHECK(behind(site) == "1\n");
  // One that is not understood yet leaves the work to its twin.
  site.post_signed(thin("evt_t_3", "v1.invoice.paid", url, "evt_t_4"));
  site.post_signed(about_customer("evt_t_4", customer_of(site)));
  CHECK(behind(site) == "2\n");
  site.post_signed(thin("evt_t_5", "v1.invoice.paid", url, "evt_t_6"));
  site.world.machine().advance(seconds(6));
  const int before = site.fetches;
  site.world.run([&](db::Database&) { return look_up(site.billing); });
  CHECK(site.fetches == before);
  CHECK(behind(site) == "3\n");
  site.post_signed(about_customer("evt_t_6", customer_of(site)));
  CHECK(behind(site) == "3\n");
  CHECK(ours(site) ==
        "evt_t_1 hint -\nevt_t_2 ignored twin\nevt_t_3 ignored twin\nevt_t_4 hint -\n"
        "evt_t_5 hint -\nevt_t_6 ignored twin\n");
}

TEST_CASE("what cannot be read is accepted and kept once, and each type is counted") {
  Site site;
  bought(site);
  CHECK(site.post_signed("no event") == 200);
  CHECK(site.post_signed("no event") == 200);
  CHECK(site.post_signed(std::string("\xff\x00", 2)) == 200);
  site.post_signed(snapshot("evt_t_1", "something.new", R"({"object":"something"})"));
  site.post_signed(snapshot("evt_t_2", "something.new", R"({"object":"something"})"));
  CHECK(site.world.rows("select state, reason, payload->>'unreadable' from billing.stripe_event "
                        "where type = 'unreadable' order by 3") ==
        "dead unreadable ff00\ndead unreadable no event\n");
  const std::string counts = site.billing.counts->metrics();
  for (const std::string_view line :
       {R"(freehold_stripe_events_total{type="something.new",fate="ignored"} 2)",
        R"(freehold_stripe_events_total{type="unreadable",fate="dead"} 2)",
        R"(freehold_stripe_events_total{type="unreadable",fate="repeated"} 1)"})
    CHECK_MESSAGE(counts.contains(line), counts);
  CHECK(replayed(site, {}) == "0 followed, 0 waiting, 2 dead");
}

TEST_CASE("an event of the other mode is parked, and stays so") {
  Site site;
  bought(site);
  site.post_signed(about_customer("evt_t_1", customer_of(site), true));
  CHECK(ours(site) == "evt_t_1 dead other_mode\n");
  CHECK(behind(site) == "0\n");
  site.post_signed(about_customer("evt_t_2", customer_of(site)));
  site.settle();
  CHECK(replayed(site, {}) == "0 followed, 0 waiting, 1 dead");
  CHECK(ours(site) == "evt_t_1 dead other_mode\nevt_t_2 hint -\n");
}

TEST_CASE("events die with the fetch of their customer, and close when it is fetched later") {
  Site site;
  bought(site);
  const std::string customer = customer_of(site);
  const std::string real = site.stripe_side.snapshot();
  site.stripe_side.reset();  // another account: 404
  site.post_signed(about_customer("evt_t_1", customer));
  site.settle();
  CHECK(ours(site) == "evt_t_1 dead not_fetched\n");
  CHECK(site.world.rows("select count(*) from billing.sync where dead_at is not null") == "1\n");
  site.stripe_side.restore(real);
  site.world.machine().advance(minutes(1));
  site.post_signed(about_customer("evt_t_2", customer));
  site.settle();
  CHECK(ours(site) == "evt_t_1 closed not_fetched\nevt_t_2 hint -\n");
}

TEST_CASE("failed events are replayed one by one, of a customer, or by type, reason and time") {
  Site site;
  bought(site);
  const std::string customer = customer_of(site);
  for (const char* id : {"evt_t_1", "evt_t_2", "evt_t_3"}) {
    site.post_signed(about_customer(id, "cus_nobody"));
    site.world.machine().advance(minutes(10));
  }
  site.post_signed(snapshot("evt_t_4", "invoice.paid",
                            R"({"object":"invoice","id":"in_1","customer":"cus_other"})"));
  site.world.machine().advance(hours(2));
  site.world.run([&](db::Database&) { return settle_unknown(site.billing); });
  CHECK(ours(site) ==
        "evt_t_1 dead unknown_customer\nevt_t_2 dead unknown_customer\n"
        "evt_t_3 dead unknown_customer\nevt_t_4 dead unknown_customer\n");
  CHECK(replayed(site, {.reason = "not_fetched"}) == "0 followed, 0 waiting, 0 dead");
  CHECK(replayed(site, {.id = "evt_t_1"}) == "0 followed, 1 waiting, 0 dead");
  const Instant start = site.world.machine().now() - hours(2) - minutes(30);
  CHECK(replayed(site, {.since = start + minutes(5), .until = start + minutes(15)}) ==
        "0 followed, 1 waiting, 0 dead");
  CHECK(ours(site) ==
        "evt_t_1 waiting unknown_customer\nevt_t_2 waiting unknown_customer\n"
        "evt_t_3 dead unknown_customer\nevt_t_4 dead unknown_customer\n");
  CHECK(replayed(site, {.customer = "cus_nobody", .type = "customer.updated"}) ==
        "0 followed, 1 waiting, 0 dead");
  // Somebody has linked the customer by hand.
  site.world.rows(
      fmt::format("update billing.sync set customer_id = 'cus_other' where customer_id = "
                  "'{}' returning 1",
                  customer));
  CHECK(replayed(site, {}) == "1 followed, 0 waiting, 0 dead");
  CHECK(behind(site) == "1\n");
  CHECK(site.world.rows("select action, target_id from audit.event where action like 'support%'") ==
        "support.event_replayed evt_t_4\n");
}

TEST_CASE(
    "a failed event is discarded with the reason, and neither followed nor replayed any more") {
  Site site;
  bought(site);
  for (const char* id : {"evt_t_1", "evt_t_2"}) site.post_signed(about_customer(id, "cus_nobody"));
  site.world.machine().advance(hours(2));
  site.world.run([&](db::Database&) { return settle_unknown(site.billing); });
  CHECK_THROWS_AS(discarded(site, {}, "  "), Problem);
  CHECK_THROWS_AS(discarded(site, {}, std::string(501, 'x')), Problem);
  CHECK(discarded(site, {.id = "evt_t_1"}, "of an account that we have left") == 1);
  CHECK(discarded(site, {.id = "evt_t_1"}, "once more") == 0);
  CHECK(ours(site) == "evt_t_1 discarded unknown_customer\nevt_t_2 dead unknown_customer\n");
  CHECK(site.world.rows("select discarded_because from billing.stripe_event where id = "
                        "'evt_t_1'") == "of an account that we have left\n");
  CHECK(site.world.rows("select count(*) from audit.event where action like 'support%'") == "0\n");

  // That of a workspace stands in its audit log.
  site.world.rows(
      fmt::format("update billing.stripe_event set customer_id = '{}' where id = 'evt_t_2' "
                  "returning 1",
                  customer_of(site)));
  CHECK(discarded(site, {}, "known otherwise") == 1);
  CHECK(site.world.rows("select action, target_id, changes->0->>'new_value' from audit.event where "
                        "action like 'support%'") ==
        "support.event_discarded evt_t_2 known otherwise\n");
  CHECK(replayed(site, {}) == "0 followed, 0 waiting, 0 dead");
  site.post_signed(about_customer("evt_t_1", "cus_nobody"));  // Stripe sends it once more
  site.settle();
  CHECK(ours(site) == "evt_t_1 discarded unknown_customer\nevt_t_2 discarded unknown_customer\n");
}

TEST_CASE("an unknown customer's failed events close when it becomes known") {
  Site site;
  site.post_signed(about_customer("evt_t_1", "cus_later"));
  site.world.machine().advance(hours(2));
  site.world.run([&](db::Database&) { return settle_unknown(site.billing); });
  CHECK(ours(site) == "evt_t_1 dead unknown_customer\n");
  site.world.rows(
      fmt::format("insert into billing.sync (tenant_id, customer_id, next_at) values "
                  "('{}', 'cus_later', now()) returning 1",
                  to_string(site.tenant.uuid)));
  site.world.run([&](db::Database&) { return settle_unknown(site.billing); });
  CHECK(ours(site) == "evt_t_1 closed unknown_customer\n");
}

TEST_CASE("a burst of one customer's events causes at most four fetches, and no write to Stripe") {
  Site site;
  bought(site);
  const std::string customer = customer_of(site);
  std::string writes;
  site.before_call = [&](const egress::Call& call) {
    if (call.method != "GET") writes += call.method + " " + call.url + "\n";
  };
  site.fetches = 0;
  for (int n = 0; n < 200; ++n) {
    CHECK(site.post_signed(about_customer(fmt::format("evt_t_{}", n), customer)) == 200);
    if (n % 80 == 0) site.settle();  // the worker fetches while they come
  }
  site.settle();
  CHECK(site.fetches == 4);
  CHECK(writes == "");
}

namespace {

// A Stripe whose calls take no time, and the time at which each began.
struct Timed {
  std::chrono::steady_clock::time_point now = {};
  std::vector<std::int64_t> begun = {};  // milliseconds

  Task<egress::Answer> answer() {
    begun.push_back(
        std::chrono::duration_cast<std::chrono::milliseconds>(now.time_since_epoch()).count());
    co_return egress::Answer{200, {}, "{}"};
  }
  Task<> wait(std::chrono::steady_clock::duration by) {
    now += by;
    co_return;
  }
};

Task<> ask_often(Timed& timed) {
  Stripe stripe([&timed](const egress::Call&) { return timed.answer(); }, "http://stripe.test",
                Secret("sk_test_1"),
                {.now = [&timed] { return timed.now; },
                 .wait = [&timed](auto by) { return timed.wait(by); }});
  Stripe one = stripe.in_bulk();
  Stripe other = stripe.in_bulk();
  for (int n = 0; n < 50; ++n) {
    co_await one.get("/v1/subscriptions", {});
    co_await other.get("/v1/events", {});
    co_await stripe.get("/v1/customers/cus_1", {});  // somebody waits for this one
  }
}

}  // namespace

TEST_CASE("bulk work asks Stripe at most 25 times a second, and holds up nobody else") {
  test::World world({"db"});
  Timed timed;
  world.run([&](db::Database&) { return ask_often(timed); });
  CHECK(timed.begun.size() == 150);
  CHECK(timed.begun.back() == 99 * 40);
}
