// One trial for each card: whatever comes how often and in which order, one workspace has it.
#include "billing/card_trials.hpp"

#include <doctest/doctest.h>

#include "billing/sync.hpp"
#include "billing/test_site.hpp"
#include "core/async.hpp"
#include "core/json.hpp"

using namespace freehold;
using namespace freehold::billing;

namespace {

constexpr std::string_view plans = R"(
[[plans]]
key = "free"
name = "Free"
default = true
[[plans]]
key = "carded"
name = "Carded"
trial_days = 14
trial_requires_card = true
prices = [{ amount = 2900, currency = "usd", interval = "month" }]
)";

constexpr const char* good_card = "4242424242424242";
constexpr const char* other_card = "5555555555554444";

struct Shop : Site {
  Shop()
      : Site({"db", "http", "events", "audit", "tenancy", "entitlements", "metering", "billing"},
             plans) {
    sign_up();
  }

  // As `buy`, but nobody has heard of it yet.
  void pay(const std::string& card) {
    std::string url;
    world.run([&](db::Database&) { return order(url); });
    stripe_side.pay_checkout(url.substr(url.rfind('/') + 1), card, "");
  }
  // "acme trialing", and what was charged.
  std::string all() {
    return world.rows(
        "select t.slug, m.status, coalesce((select sum(total) from billing.invoice i where "
        "i.tenant_id = t.tenant_id), 0) from tenancy.tenant t join billing.mirror m on m.tenant_id "
        "= t.tenant_id order by t.slug");
  }
  // How many of the workspaces have a trial, were refused one, were told, and were charged.
  std::string counts() {
    return world.rows(
        "select (select count(*) from billing.mirror where status = 'trialing'), (select count(*) "
        "from billing.card_trial where is_refused), (select count(*) from events.outbox where type "
        "= 'trial.refused'), (select count(*) from billing.command where kind = "
        "'subscription.end_trial'), (select sum(total) from billing.invoice)");
  }
  Task<> fetch_again() { co_await sync_now(billing, owner); }

 private:
  Task<> order(std::string& url) {
    url = co_await open_checkout(billing, owner, slug, catalog.find("carded")->prices.front());
  }
};

std::string subscription(const std::string& id) {
  return fmt::format(R"({{"id":"{}","status":"trialing","metadata":{{"trial":"card"}},)"
                     R"("default_payment_method":{{"card":{{"fingerprint":"F1"}}}}}})",
                     id);
}

using Condition = std::function<bool()>;

Task<> wait_for(const Condition& condition) {
  while (!condition()) co_await sleep_for(std::chrono::milliseconds(2));
}

enum class End { commit, rollback };

Task<> decide_first(Shop& shop, const Actor& actor, End end, bool& decided, const Condition& go) {
  db::ControlTx tx = shop.world.database().control(actor);
  co_await decide_card_trial(tx, subscription("sub_1"), shop.world.machine().now());
  decided = true;
  co_await wait_for(go);
  if (end == End::commit) co_await tx.commit();
}

Task<> decide_second(Shop& shop, const Actor& actor, const Condition& go) {
  co_await wait_for(go);
  db::ControlTx tx = shop.world.database().control(actor);
  co_await decide_card_trial(tx, subscription("sub_2"), shop.world.machine().now());
  co_await tx.commit();
}

// Which of them were refused, after two workspaces have decided about one card at once.
std::string decide_at_once(End end_of_first) {
  Shop shop;
  const Actor first = shop.owner;
  shop.become("globex");
  const Actor second = shop.owner;
  bool decided = false;
  const Condition first_has_decided = [&] { return decided; };
  const Condition second_waits = [&] {
    return shop.world.rows(
               "select count(*) from pg_stat_activity where wait_event_type = 'Lock'") != "0\n";
  };
  shop.world.run_all(
      {[&](db::Database&) {
         return decide_first(shop, first, end_of_first, decided, second_waits);
       },
       [&](db::Database&) { return decide_second(shop, second, first_has_decided); }});
  return shop.world.rows(
      "select subscription_id, is_refused from billing.card_trial order by subscription_id");
}

}  // namespace

TEST_CASE_FIXTURE(Shop, "a card has one trial, and another workspace with it pays at once") {
  buy(good_card, "carded");
  become("globex");
  buy(good_card, "carded");
  become("initech");
  buy(other_card, "carded");
  CHECK(all() == "acme trialing 0\nglobex active 2900\ninitech trialing 0\n");
  CHECK(page("/t/initech/billing").find("began without a trial") == std::string::npos);
  CHECK(world.rows("select t.slug, a.target_type from audit.event a join tenancy.tenant t on "
                   "t.tenant_id = a.tenant_id where a.action = 'subscription.trial_refused'") ==
        "globex subscription\n");
}

TEST_CASE_FIXTURE(Shop, "the page says why, for as long as the charge is news") {
  buy(good_card, "carded");
  become("globex");
  buy(good_card, "carded");
  CHECK(page("/t/globex/billing").find("The plan began without a trial") != std::string::npos);
  advance(days(31));
  CHECK(page("/t/globex/billing").find("The plan began without a trial") == std::string::npos);
}

TEST_CASE("whatever is heard how often and in which order, one of two has the trial") {
  for (unsigned seed = 1; seed <= 8; ++seed) {
    Shop shop;
    shop.chance.seed(seed);
    shop.mail = {.lost = seed % 3 == 0 ? 50 : 0, .doubled = true, .shuffled = true};
    Actor first = shop.owner;
    shop.pay(good_card);
    shop.become("globex");
    shop.pay(good_card);
    shop.settle();
    CHECK_MESSAGE(shop.counts() == "1 1 1 1 2900\n", seed);

    // A fetch of each that nothing asked for, the other way round.
    for (int turn = 0; turn < 2; ++turn) {
      shop.world.run([&](db::Database&) { return shop.fetch_again(); });
      std::swap(shop.owner, first);
    }
    shop.settle();
    CHECK_MESSAGE(shop.counts() == "1 1 1 1 2900\n", seed);
  }
}

TEST_CASE("of two that decide at once one waits, and is refused when the other one has it") {
  CHECK(decide_at_once(End::commit) == "sub_1 f\nsub_2 t\n");
}

TEST_CASE("of two that decide at once the second has it when the first is undone") {
  CHECK(decide_at_once(End::rollback) == "sub_2 f\n");
}

TEST_CASE_FIXTURE(Shop, "a workspace keeps its trial when it changes to a card that had one") {
  buy(good_card, "carded");
  become("globex");
  buy(other_card, "carded");
  const std::string ours = world.rows(
      "select m.stripe_id from billing.mirror m join tenancy.tenant t on t.tenant_id = m.tenant_id "
      "where t.slug = 'globex'");
  const std::string customer = world.rows(
      "select c.customer_id from billing.customer c join tenancy.tenant t on t.tenant_id = "
      "c.tenant_id where t.slug = 'globex'");
  const json::value card = json::parse(ask("POST", "/v1/payment_methods/pm_card_visa/attach",
                                           "customer=" + customer.substr(0, customer.size() - 1)));
  ask("POST", "/v1/subscriptions/" + ours.substr(0, ours.size() - 1),
      "default_payment_method=" + std::string(card.at("id").as_string()));
  settle();
  CHECK(world.rows("select last4 from billing.payment_method order by last4") == "4242\n4242\n");
  CHECK(all() == "acme trialing 0\nglobex trialing 0\n");
}

TEST_CASE_FIXTURE(Shop, "a workspace that comes back with its own card meets only its own trial") {
  buy(good_card, "carded");
  cancel();
  advance(days(15));
  buy(good_card, "carded");
  CHECK(world.rows("select is_refused from billing.card_trial") == "f\n");
  CHECK(all() == "acme canceled 2900\nacme active 2900\n");
}

TEST_CASE_FIXTURE(Shop, "an end that Stripe has refused is ordered again an hour later") {
  buy(good_card, "carded");
  become("globex");
  refusing = "POST /v1/subscriptions/";
  buy(good_card, "carded");
  CHECK(world.rows("select state from billing.command where kind = 'subscription.end_trial'") ==
        "failed\n");
  CHECK(all() == "acme trialing 0\nglobex trialing 0\n");
  refusing.clear();
  advance(hours(1));
  world.run([this](db::Database&) { return fetch_again(); });
  settle();
  CHECK(all() == "acme trialing 0\nglobex active 2900\n");
}

TEST_CASE_FIXTURE(Shop, "the end is ordered once, also when its answer was lost") {
  buy(good_card, "carded");
  become("globex");
  losing = "POST /v1/subscriptions/";
  buy(good_card, "carded");
  losing.clear();
  world.machine().advance(minutes(2));
  settle();
  CHECK(all() == "acme trialing 0\nglobex active 2900\n");
  CHECK(counts() == "1 1 1 1 2900\n");
}

TEST_CASE("the trial of a workspace that goes on at Stripe is nobody else's business") {
  Site site;
  site.sign_up();
  site.buy(good_card);
  site.become("globex");
  site.buy(good_card);
  CHECK(site.world.rows("select status from billing.mirror") == "trialing\ntrialing\n");
  CHECK(site.world.rows("select count(*) from billing.card_trial") == "0\n");
}
