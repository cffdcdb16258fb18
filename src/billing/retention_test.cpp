// After the last subscription has ended: who is asked back when, and until when what is stored is
// kept, whatever happens to events.
#include "billing/retention.hpp"

#include <doctest/doctest.h>

#include "billing/test_site.hpp"
#include "core/async.hpp"
#include "core/json.hpp"

using namespace freehold;
using namespace freehold::billing;

namespace {

constexpr std::string_view good_card = "4242424242424242";

constexpr std::string_view without_free_plan = R"(
[[plans]]
key = "ended"
name = "No plan"
default = true
locked = true
[[plans]]
key = "pro"
name = "Pro"
trial_days = 14
prices = [{ amount = 4900, currency = "usd", interval = "month" }]
)";

Instant day(int n) {
  return from_unix_seconds(1'800'000'000) + days(n);
}

Mirror subscription(std::string id, std::string status, std::optional<Instant> ended = {}) {
  Mirror mirror;
  mirror.stripe_id = std::move(id);
  mirror.status = std::move(status);
  mirror.ended_at = ended;
  return mirror;
}

// "sub_1 20": which end counts, by days.
std::string ending(std::vector<Mirror> mirrors, int now, std::optional<Instant> trial_end = {}) {
  const Facts facts{.mirrors = std::move(mirrors),
                    .invoices = {},
                    .trial = {"pro", day(10), trial_end},
                    .last = {}};
  const auto found = ending_of(facts, day(now));
  if (!found) return "none";
  return fmt::format("{} {}", found->subscription_id, (found->ended_at - day(0)) / days(1));
}

std::string win_back(int now, const Policy& policy = {}) {
  const WinBack found = win_back_at({"sub_1", day(0)}, policy, day(now));
  std::string text;
  for (const int reached : found.reached) text += fmt::format("{} ", reached);
  if (found.is_late) text += "late ";
  if (found.next_at) text += fmt::format("next {}", (*found.next_at - day(0)) / days(1));
  return text;
}

// A workspace without a free plan to fall back to.
void lock(Site& site) {
  site.catalog = catalog::Catalog::parse(without_free_plan, {});
}

void end_now(Site& site) {
  const json::value list = json::parse(site.ask("GET", "/v1/subscriptions"));
  for (const json::value& each : list.at("data").as_array())
    site.ask("DELETE", "/v1/subscriptions/" + std::string(each.at("id").as_string()));
  site.settle();
}

std::string first_id(Site& site, const std::string& list) {
  return std::string(json::parse(site.ask("GET", list)).at("data").at(0).at("id").as_string());
}

void pass_days(Site& site, int count) {
  for (int i = 0; i < count; ++i) site.advance(days(1));
}

void buy_and_end(Site& site) {
  site.sign_up();
  site.buy(std::string(good_card));
  pass_days(site, 20);
  end_now(site);
}

std::string steps(Site& site) {
  return site.world.rows(
      "select day, is_sent from billing.win_back_step order by subscription_id, day");
}

std::string purges_of(Site& site) {
  return site.world.rows(
      "select state, purge_at - (select max(ended_at) from billing.mirror m where m.stripe_id = "
      "p.subscription_id), coalesce(announced_at <= purge_at - interval '3 days', false) "
      "from billing.purge p order by scheduled_at");
}

std::string told(Site& site) {
  return site.world.rows(
      "select type, payload->>'step', payload->>'day', payload->>'purge_at' from events.outbox "
      "where type ~ '^(win_back|purge|tenant[.]purged)' order by occurred_at, type");
}

using Act = Task<> (*)(db::ControlTx&);

Task<> in_transaction(Site& site, Act act) {
  db::ControlTx tx = site.world.database().control(site.owner);
  co_await act(tx);
  co_await tx.commit();
}

void decide(Site& site, Act act) {
  site.world.run([&](db::Database&) { return in_transaction(site, act); });
  site.settle();
}

Task<> begin(Site& site, bool& begun) {
  const auto actor = co_await begin_due_purge(site.billing);
  begun = actor.has_value();
  if (actor) co_await finish_purge(site.billing, *actor, 7);
}

bool is_purged_now(Site& site) {
  bool begun = false;
  site.world.run([&](db::Database&) { return begin(site, begun); });
  return begun;
}

// Everything that follows an end, after a history that chance makes: what happens to webhooks does
// not change it.
std::string history(unsigned seed, Site::Mail mail) {
  Site site;
  lock(site);
  site.mail = mail;
  site.chance.seed(seed + 1'000);
  std::mt19937 fate(seed);
  site.sign_up();
  bool pays = false;
  for (int act = 0; act < 7; ++act) {
    if (fate() % 3 == 0 && !pays) {
      site.buy(std::string(good_card));
      pays = true;
    } else if (fate() % 2 == 0 && pays) {
      end_now(site);
      pays = false;
    }
    pass_days(site, int(fate() % 12));
  }
  return steps(site) + purges_of(site) + told(site) + site.standing();
}

}  // namespace

TEST_CASE("the last end counts, as Stripe says it, and only while nothing gives anything") {
  CHECK(ending({}, 50) == "none");
  CHECK(ending({subscription("sub_1", "canceled", day(20))}, 50) == "sub_1 20");
  CHECK(ending({subscription("sub_2", "canceled", day(30)),
                subscription("sub_1", "canceled", day(20))},
               50) == "sub_2 30");
  for (const char* status : {"active", "trialing", "past_due", "unpaid", "paused", "brand_new"})
    CHECK(ending({subscription("sub_2", status), subscription("sub_1", "canceled", day(20))}, 50) ==
          "none");
  for (const char* status : {"incomplete", "incomplete_expired"})
    CHECK(ending({subscription("sub_2", status), subscription("sub_1", "canceled", day(20))}, 50) ==
          "sub_1 20");
}

TEST_CASE("an end before the workspace was here, or in its trial, counts from then") {
  CHECK(ending({subscription("sub_1", "canceled", day(2))}, 50) == "sub_1 10");
  CHECK(ending({subscription("sub_1", "canceled", day(20))}, 23, day(24)) == "none");
  CHECK(ending({subscription("sub_1", "canceled", day(20))}, 25, day(24)) == "sub_1 24");
}

TEST_CASE("without a free plan, what gives nothing gives no access, and what ends says so") {
  const auto plans = catalog::Catalog::parse(without_free_plan, {});
  const auto show = [&](const std::string& status, int now) {
    Mirror mirror = subscription("sub_1", status, day(20));
    mirror.lookup_key = "freehold_pro_month_usd_v1";
    mirror.cancel_at = day(40);
    const Facts facts{
        .mirrors = {mirror}, .invoices = {}, .trial = {"pro", day(0), day(14)}, .last = {}};
    const auto standing = standing_of(facts, {}, plans, day(now));
    return fmt::format("{} {}, then {}", standing.plan, name_of(standing.access),
                       name_of(standing.then_access));
  };
  CHECK(show("canceled", 10) == "pro full, then none");  // its trial still runs
  CHECK(show("canceled", 30) == "ended none, then none");
  CHECK(show("incomplete", 30) == "ended none, then none");
  CHECK(show("incomplete_expired", 30) == "ended none, then none");
  CHECK(show("active", 30) == "pro full, then none");
  CHECK(show("active", 41) == "ended none, then none");
  CHECK(show("unpaid", 30) == "pro limited, then none");
}

TEST_CASE("they are asked back on the days that are configured, and not a month too late") {
  CHECK(win_back(0) == "next 1");
  CHECK(win_back(1) == "1 next 7");
  CHECK(win_back(20) == "1 7 next 21");
  CHECK(win_back(21) == "1 7 21 ");
  CHECK(win_back(51) == "1 7 21 ");
  CHECK(win_back(52) == "1 7 21 late ");
  CHECK(win_back(30, {.win_back = {}}) == "");
  CHECK(win_back(4, {.win_back = {5, 2}}) == "2 next 5");
}

TEST_CASE("without a free plan nothing works after the end, and what is stored is kept 30 days") {
  Site site;
  lock(site);
  buy_and_end(site);
  CHECK(site.standing() == "ended none default -\n");
  CHECK(purges_of(site) == "scheduled 30 days f\n");
  pass_days(site, 26);
  CHECK(steps(site) == "1 t\n7 t\n21 t\n");
  CHECK(purges_of(site) == "scheduled 30 days f\n");
  CHECK_FALSE(is_purged_now(site));
  pass_days(site, 1);
  CHECK(purges_of(site) == "scheduled 30 days t\n");
  pass_days(site, 2);
  CHECK_FALSE(is_purged_now(site));
  pass_days(site, 1);
  CHECK(is_purged_now(site));
  CHECK_FALSE(is_purged_now(site));
  pass_days(site, 40);
  CHECK(purges_of(site) == "done 30 days t\n");
  CHECK(site.world.rows("select action from audit.event where action ~ '^(purge|tenant.purged)' "
                        "order by occurred_at, action") ==
        "purge.scheduled\npurge.begun\ntenant.purged\n");
}

TEST_CASE("with a free plan nothing is deleted, unless the owner of the product wants it so") {
  Site free;
  buy_and_end(free);
  pass_days(free, 40);
  CHECK(free.standing() == "free full default -\n");
  CHECK(purges_of(free) == "");
  CHECK(steps(free) == "1 t\n7 t\n21 t\n");

  Site strict;
  strict.billing.policy.purge_after_cancel = PurgeAfterCancel::retention;
  buy_and_end(strict);
  pass_days(strict, 30);
  CHECK(purges_of(strict) == "scheduled 30 days t\n");
  CHECK(is_purged_now(strict));

  Site never;
  lock(never);
  never.billing.policy.purge_after_cancel = PurgeAfterCancel::never;
  buy_and_end(never);
  pass_days(never, 40);
  CHECK(never.standing() == "ended none default -\n");
  CHECK(purges_of(never) == "");
}

TEST_CASE("a plan at any point stops everything, and its end begins anew") {
  for (const int after : {0, 1, 8, 22, 28, 31}) {
    CAPTURE(after);
    Site site;
    lock(site);
    buy_and_end(site);
    pass_days(site, after);
    site.buy(std::string(good_card));
    const std::string so_far = steps(site);
    pass_days(site, 20);
    CHECK(site.standing() == "pro full subscription -\n");
    CHECK(purges_of(site) == "");
    CHECK(steps(site) == so_far);
    CHECK_FALSE(is_purged_now(site));
    end_now(site);
    CHECK(purges_of(site) == "scheduled 30 days f\n");
  }
}

TEST_CASE("of several letters that are overdue only the last is told") {
  Site site;
  buy_and_end(site);
  site.clock.advance(days(9));
  site.settle();
  CHECK(steps(site) == "1 f\n7 t\n");
  CHECK(told(site) == "win_back.step_reached reminder 7 \n");
}

TEST_CASE("who is warned late has as long as the others") {
  Site site;
  lock(site);
  buy_and_end(site);
  site.clock.advance(days(45));
  site.settle();
  CHECK(purges_of(site) == "scheduled 48 days t\n");
  CHECK_FALSE(is_purged_now(site));
  site.clock.advance(days(3));
  site.settle();
  CHECK(is_purged_now(site));
}

TEST_CASE("staff hold the deletion, let it go on with a new warning, and cancel it for good") {
  Site site;
  lock(site);
  buy_and_end(site);
  pass_days(site, 28);
  decide(site, [](db::ControlTx& tx) { return hold_purge(tx, "a dispute is open"); });
  pass_days(site, 10);
  CHECK(purges_of(site) == "held 30 days t\n");
  CHECK_FALSE(is_purged_now(site));
  decide(site, [](db::ControlTx& tx) { return release_purge(tx, "it was settled"); });
  CHECK(purges_of(site) == "scheduled 41 days t\n");
  decide(site, [](db::ControlTx& tx) { return cancel_purge(tx, "they are friends"); });
  pass_days(site, 10);
  CHECK(purges_of(site) == "canceled 41 days t\n");
  CHECK_FALSE(is_purged_now(site));
  CHECK_THROWS_AS(
      decide(site, [](db::ControlTx& tx) { return hold_purge(tx, "a dispute is open"); }), Problem);
  CHECK(site.world.rows("select action, reason from audit.event where reason is not null "
                        "order by occurred_at") ==
        "purge.held a dispute is open\npurge.released it was settled\n"
        "purge.canceled they are friends\n");
}

TEST_CASE("nothing is deleted while Stripe does not say that the subscription is over") {
  Site site;
  lock(site);
  buy_and_end(site);
  pass_days(site, 30);
  site.stripe_is_down = true;
  CHECK_FALSE(is_purged_now(site));
  site.stripe_is_down = false;
  // They pay again, and no event of it arrives.
  site.mail.lost = 100;
  site.clock.advance(minutes(2));
  const std::string again = site.ask(
      "POST", "/v1/subscriptions",
      fmt::format("customer={}&items[0][price]={}&trial_period_days=5",
                  first_id(site, "/v1/customers"), first_id(site, "/v1/prices?active=true")));
  CHECK(json::parse(again).at("status") == "trialing");
  site.world.business().set(site.clock.now());
  CHECK_FALSE(is_purged_now(site));
  CHECK(purges_of(site) == "");
}

TEST_CASE("whatever happens to webhooks, the letters and the date are the same") {
  for (unsigned seed = 1; seed <= 6; ++seed) {
    CAPTURE(seed);
    const std::string calm = history(seed, {});
    for (const Site::Mail mail :
         {Site::Mail{.doubled = true, .shuffled = true}, Site::Mail{.lost = 60, .shuffled = true}})
      CHECK(history(seed, mail) == calm);
  }
}
