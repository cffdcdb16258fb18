// Whatever happens to webhooks, the copy becomes what Stripe has.
#include <doctest/doctest.h>

#include "billing/checkout.hpp"
#include "billing/commands.hpp"
#include "billing/due.hpp"
#include "billing/receive.hpp"
#include "billing/sync.hpp"
#include "billing/test_site.hpp"
#include "core/async.hpp"
#include "core/json.hpp"
#include "tests/support/captured_log.hpp"

using namespace freehold;
using namespace freehold::billing;

namespace {

constexpr std::string_view good_card = "4242424242424242";
constexpr std::string_view card_that_fails_later = "4000000000000341";

// The customer, the latest invoice and the subscription of the only customer.
std::string only(Site& site, const std::string& what) {
  const json::value list = json::parse(site.ask("GET", what));
  REQUIRE(list.at("data").as_array().size() > 0);
  return std::string(list.at("data").at(0).at("id").as_string());
}

// Trial, purchase, a charge that fails, grace, read-only, paid again, canceled and taken back,
// another plan, canceled, ended; the standing after each.
std::string live_through(Site& site) {
  std::string story;
  const auto tell = [&](std::string_view moment) {
    story += std::string(moment) + ": " + site.standing();
  };
  site.sign_up();
  tell("signed up");
  site.buy(std::string(card_that_fails_later));
  tell("bought");
  site.advance(days(14) + hours(3));
  tell("trial over");
  site.advance(days(7));
  tell("a week later");
  site.pay_with_another_card();
  tell("paid");
  site.advance(days(30));
  tell("next month");
  site.cancel();
  tell("canceled");
  site.advance(days(3));
  site.keep();
  tell("kept");
  site.change("business");
  tell("changed");
  site.advance(days(31));
  tell("a month on");
  site.cancel();
  tell("canceled again");
  site.advance(days(40));
  tell("ended");
  return story;
}

Task<> run_sweep(Site& site) {
  const events::Job job{.id = {}, .kind = "billing.sweep", .event = {}};
  co_await sweep(site.billing, job);
}

Task<> hear_of(Site& site, std::string customer, Origin origin) {
  const Hint hint{.id = "evt_1",
                  .type = "customer.updated",
                  .customer = std::move(customer),
                  .api_version = {},
                  .created = site.clock.now()};
  co_await store_event(site.billing, hint, "{}", std::move(origin));
  co_await sync_step(site.billing);
}

}  // namespace

TEST_CASE("a tenant lives through everything that its subscription can do") {
  Site site;
  CHECK(live_through(site) ==
        "signed up: pro full trial 2026-12-06\n"
        "bought: pro full subscription -\n"
        "trial over: pro grace subscription 2026-12-13\n"
        "a week later: pro limited subscription -\n"
        "paid: pro full subscription -\n"
        "next month: pro full subscription -\n"
        "canceled: pro full subscription 2027-02-06\n"
        "kept: pro full subscription -\n"
        "changed: business full subscription -\n"
        "a month on: business full subscription -\n"
        "canceled again: business full subscription 2027-03-06\n"
        "ended: free full default -\n");
}

TEST_CASE("webhooks in any order, twice or never lead to the same copy and the same events") {
  Site calm;
  const std::string story = live_through(calm);
  for (const Site::Mail mail :
       {Site::Mail{.shuffled = true}, Site::Mail{.doubled = true, .shuffled = true},
        Site::Mail{.lost = 100}, Site::Mail{.lost = 50, .doubled = true, .shuffled = true}}) {
    for (const unsigned seed : {7U, 42U, 1789U}) {
      Site site;
      site.mail = mail;
      site.chance.seed(seed);
      CAPTURE(fmt::format("lost {} %, doubled {}, shuffled {}, seed {}", mail.lost, mail.doubled,
                          mail.shuffled, seed));
      CHECK(live_through(site) == story);
      CHECK(site.copy() == calm.copy());
      CHECK(site.events() == calm.events());
      if (mail.lost == 100) break;  // nothing is left to chance
    }
  }
}

TEST_CASE("a hint is followed under the name of the request that brought it") {
  Site site;
  site.sign_up();
  std::string customer = site.world.rows("select customer_id from billing.customer");
  customer.pop_back();
  const Origin origin{.request_id = "req_1", .trace_id = "0af7651916cd43dd8448eb211c80319c"};
  const test::CapturedLog log;
  site.stripe_is_down = true;
  site.world.run([&](db::Database&) { return hear_of(site, customer, origin); });
  CHECK(log.text().contains(
      fmt::format(R"("event":"billing.sync_postponed","customer":"{}","reason":"nobody answers",)"
                  R"("tenant":"{}","request":"req_1","trace":"0af7651916cd43dd8448eb211c80319c")",
                  customer, to_string(site.tenant))));
}

TEST_CASE("the end of grace needs neither a webhook nor Stripe") {
  Site site;
  site.sign_up();
  site.mail.lost = 100;
  site.buy(std::string(card_that_fails_later));
  site.advance(days(14) + hours(3));
  CHECK(site.standing() == "pro grace subscription 2026-12-13\n");
  site.stripe_is_down = true;
  site.advance(days(7));
  CHECK(site.standing() == "pro limited subscription -\n");
}

TEST_CASE("a lost answer makes no second customer") {
  Site site;
  site.ask("POST", "/_sim/faults", "method=POST&path=/v1/customers&kind=lost&count=1");
  site.sign_up();
  CHECK(json::parse(site.ask("GET", "/v1/customers")).at("data").as_array().size() == 1);
  CHECK(site.world.rows("select count(*) from billing.customer") == "1\n");
}

TEST_CASE("a tenant that signs up while Stripe is away gets its customer when it is back") {
  Site site;
  site.stripe_is_down = true;
  site.sign_up();
  CHECK(site.standing() == "pro full trial 2026-12-06\n");
  CHECK(site.world.rows("select kind, state from billing.command") == "customer.create pending\n");
  site.stripe_is_down = false;
  site.settle();
  CHECK(site.world.rows("select count(*) from billing.customer") == "0\n");
  site.world.machine().advance(minutes(2));
  site.settle();
  CHECK(site.world.rows("select count(*) from billing.customer") == "1\n");
  CHECK(site.world.rows("select dirty_seq = synced_seq from billing.sync") == "t\n");
}

TEST_CASE("a webhook is stored once and followed by few fetches") {
  Site site;
  site.sign_up();
  const std::string customer = only(site, "/v1/customers");
  site.fetches = 0;
  for (int n = 0; n < 8; ++n) {
    const std::string body = fmt::format(
        R"({{"id":"evt_{}","object":"event","type":"customer.updated","created":1,"livemode":false,"data":{{"object":{{"object":"customer","id":"{}"}}}}}})",
        n % 4, customer);
    CHECK(site.post_signed(body) == 200);
  }
  CHECK(site.world.rows("select count(*) from billing.stripe_event where id like 'evt\\__'") ==
        "4\n");
  site.settle();
  CHECK(site.fetches == 1);
}

TEST_CASE("what is not signed by Stripe leaves no trace") {
  Site site;
  CHECK(site.post_webhook("{}", "") == 400);
  CHECK(site.post_webhook(R"({"id":"evt_1","type":"customer.updated"})", "t=1,v1=00") == 400);
  CHECK(site.world.rows("select count(*) from billing.stripe_event") == "0\n");
}

TEST_CASE("events of unknown customers wait, and those that concern nobody are kept") {
  Site site;
  site.post_signed(
      R"({"id":"evt_1","type":"invoice.paid","created":1,"data":{"object":{"object":"invoice","customer":"cus_x"}}})");
  site.post_signed(
      R"({"id":"evt_2","type":"price.created","created":1,"data":{"object":{"object":"price"}}})");
  CHECK(site.world.rows("select id, state from billing.stripe_event order by id") ==
        "evt_1 waiting\nevt_2 ignored\n");
  site.world.machine().advance(hours(2));
  site.world.run([&](db::Database&) { return run_sweep(site); });
  CHECK(site.world.rows("select state from billing.stripe_event where id = 'evt_1'") == "dead\n");
}

namespace {

Task<> fence(Site& site) {
  db::ControlTx tx = site.world.database().control(site.owner);
  co_await mark_dirty(tx);
  co_await tx.commit();
  const auto first = co_await lease_customer(site.billing);
  REQUIRE(first.has_value());
  const Truth old = co_await fetch_truth(site.stripe, first->customer_id, site.clock.now());
  const auto none = co_await lease_customer(site.billing);
  CHECK_FALSE(none.has_value());
  site.world.machine().advance(minutes(1));
  const auto second = co_await lease_customer(site.billing);
  REQUIRE(second.has_value());
  const bool late = co_await commit_truth(site.billing, *first, old);
  CHECK_FALSE(late);
  const Truth fresh = co_await fetch_truth(site.stripe, second->customer_id, site.clock.now());
  const bool written = co_await commit_truth(site.billing, *second, fresh);
  CHECK(written);
}

}  // namespace

TEST_CASE("who lost the lease writes nothing") {
  Site site;
  site.sign_up();
  site.world.run([&](db::Database&) { return fence(site); });
}

TEST_CASE("pages show each state, and lead through buying, canceling and taking it back") {
  Site site;
  site.sign_up();
  const auto has = [&](const std::string& path, std::string_view words) {
    const std::string body = site.page(path);
    CHECK_MESSAGE(body.find(words) != std::string::npos, path, " lacks ", words, ": ",
                  body.substr(0, 300));
  };
  has("/pricing", "$49.00");
  has("/pricing?interval=year", "$98.00 less");
  has("/t/acme/billing", "6 Dec 2026");
  has("/t/acme/billing/plans", "Choose Pro");
  has("/t/acme/billing/change?plan=pro&interval=month", "Continue, $0.00 today");
  CHECK(site.page("/t/acme/billing/change", "plan=pro&interval=month")
            .starts_with("303 http://stripe.test/"));
  has("/t/acme/billing/return", "Waiting for the confirmation");
  site.buy(std::string(good_card));
  CHECK(site.page("/t/acme/billing/return") == "303 /t/acme/billing?done=started");
  has("/t/acme/billing?done=started", "First charge, 6 Dec 2026");
  has("/t/acme/billing", "Visa •••• 4242");
  has("/t/acme/billing/cancel", "What you keep");
  CHECK(site.page("/t/acme/billing/cancel", "x=1") == "303 /t/acme/billing?done=canceled");
  has("/t/acme/billing?done=canceled", "Keep the subscription");
  CHECK(site.page("/t/acme/billing/cancel/undo", "x=1") == "303 /t/acme/billing?done=kept");
  // On the trial a dearer plan costs nothing yet.
  has("/t/acme/billing/change?plan=business&interval=month", "$199.00");
  CHECK(site.page("/t/acme/billing/change",
                  "plan=business&interval=month&amount=0&from=freehold_pro_month_usd_v1") ==
        "303 /t/acme/billing?done=changed");
  has("/t/acme/billing", "Business");
  site.advance(days(15));
  has("/t/acme/billing/invoices", "$199.00");
  has("/api/v1/subscription", "\"plan\":\"business\"");
  has("/api/v1/invoices", "\"object\":\"list\"");
  has("/api/v1/plans", "\"pro\"");
  site.stripe_is_down = true;
  CHECK(site.page("/t/acme/billing/cancel", "x=1") == "303 /t/acme/billing?done=queued");
  has("/t/acme/billing", "Business");
}

namespace {

std::string session(std::string_view id) {
  return fmt::format(
      R"({{"id":"{}","url":"https://pay.example/{}","metadata":{{"lookup_key":"pro"}}}})", id, id);
}

using Condition = std::function<bool()>;

Task<> wait_for(const Condition& holds) {
  const auto executor = co_await asio::this_coro::executor;
  while (!holds()) co_await asio::post(executor, use_task);
}

Task<> keep_first(Site& site, bool& kept, const Condition& may_end) {
  db::ControlTx tx = site.world.database().control(site.owner);
  co_await keep_checkout(tx, session("cs_1"), site.world.machine().now());
  kept = true;
  co_await wait_for(may_end);
  co_await tx.commit();
}

Task<> keep_second(Site& site, const Condition& may_begin) {
  co_await wait_for(may_begin);
  db::ControlTx tx = site.world.database().control(site.owner);
  co_await keep_checkout(tx, session("cs_2"), site.world.machine().now());
  co_await tx.commit();
}

bool somebody_waits(Site& site) {
  return site.world.rows("select count(*) from pg_stat_activity where wait_event_type = 'Lock'") !=
         "0\n";
}

}  // namespace

TEST_CASE("a checkout whose request died leaves the one of the next attempt open") {
  Site site;
  site.sign_up();
  struct Died {};
  site.before_call = [](const egress::Call& call) {
    if (call.method == "POST" && call.url.ends_with("/v1/checkout/sessions")) throw Died{};
  };
  CHECK_THROWS_AS(site.buy(std::string(good_card)), Died);
  site.before_call = {};
  site.page("/t/acme/billing/change", "plan=pro&interval=month");
  const std::string open = site.world.rows("select session_id from billing.checkout");
  site.world.machine().advance(minutes(2));
  site.settle();
  CHECK(site.world.rows("select session_id from billing.checkout") == open);
  CHECK(json::parse(site.ask("GET", "/v1/checkout/sessions?status=open"))
            .at("data")
            .as_array()
            .size() == 1);
}

TEST_CASE("of two checkouts that are opened at the same time, one stays open") {
  Site site;
  site.sign_up();
  bool kept = false;
  const Condition first_is_kept = [&] { return kept; };
  const Condition second_waits = [&] { return somebody_waits(site); };
  site.world.run_all({[&](db::Database&) { return keep_first(site, kept, second_waits); },
                      [&](db::Database&) { return keep_second(site, first_is_kept); }});

  CHECK(site.world.rows("select session_id from billing.checkout") == "cs_2\n");
  CHECK(site.world.rows("select path from billing.command where kind = 'checkout.expire'") ==
        "/v1/checkout/sessions/cs_1/expire\n");
}
