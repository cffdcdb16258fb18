// Monthly revenue and its movements: written with what changed it, once, and adding up at any time.
#include <doctest/doctest.h>

#include <map>

#include "billing/revenue.hpp"
#include "billing/test_site.hpp"
#include "core/async.hpp"
#include "core/json.hpp"

using namespace freehold;
using namespace freehold::billing;

namespace {

constexpr std::string_view good_card = "4242424242424242";
constexpr std::string_view card_that_fails_later = "4000000000000341";

std::string movements(Site& site) {
  return site.world.rows(
      "select currency, number, to_char(at at time zone 'utc', 'YYYY-MM-DD'), kind, amount, mrr "
      "from billing.movement order by currency, number");
}

// What all subscriptions bring now, by their copies.
std::string brought(Site& site) {
  return site.world.rows(
      "select coalesce(sum(mrr), 0) from billing.mirror where status in ('active', 'past_due')");
}
std::string moved(Site& site) {
  return site.world.rows("select coalesce(sum(amount), 0) from billing.movement");
}

std::string only(Site& site, const std::string& what) {
  const json::value list = json::parse(site.ask("GET", what));
  REQUIRE(list.at("data").as_array().size() > 0);
  return std::string(list.at("data").at(0).at("id").as_string());
}

// What is unpaid forbids to buy again.
void forget_debts(Site& site) {
  const json::value open = json::parse(site.ask("GET", "/v1/invoices?status=open"));
  for (const json::value& invoice : open.at("data").as_array())
    site.ask("POST", "/v1/invoices/" + std::string(invoice.at("id").as_string()) + "/void");
  site.settle();
}

Task<> read_months(Site& site, std::string& text) {
  db::StaffRead db = site.world.database().staff_read();
  const auto months = co_await movements_since(db, site.base.now() - days(365));
  for (const RevenueMonth& of : months)
    text += fmt::format("{} {} {} {} of {}\n", to_rfc3339(of.month).substr(0, 7), of.currency,
                        of.kind, of.amount, of.tenants);
  const auto now = co_await revenue_at(db, site.clock.now() + seconds(1));
  for (const CurrencyRevenue& of : now)
    text += fmt::format("now {} {} of {}\n", of.currency, of.mrr, of.tenants);
}

}  // namespace

TEST_CASE("a subscription begins, grows, shrinks, ends and comes back, each told once") {
  Site site;
  site.sign_up();
  site.buy(std::string(good_card));
  CHECK(movements(site) == "");  // a trial brings nothing
  site.advance(days(15));
  site.change("business");
  site.advance(days(31));
  site.change("pro");
  site.advance(days(31));
  site.cancel();
  CHECK(moved(site) == "4900\n");  // until it ends
  site.advance(days(40));
  site.buy(std::string(good_card));
  site.settle();
  CHECK(movements(site) ==
        "usd 1 2026-12-06 new 4900 4900\n"
        "usd 2 2026-12-07 expansion 15000 19900\n"
        "usd 3 2027-02-06 contraction -15000 4900\n"
        "usd 4 2027-03-06 churn -4900 0\n"
        "usd 5 2027-03-19 reactivation 4900 4900\n");
  std::string months;
  site.world.run([&](db::Database&) { return read_months(site, months); });
  CHECK(months ==
        "2026-12 usd expansion 15000 of 1\n"
        "2026-12 usd new 4900 of 1\n"
        "2027-02 usd contraction -15000 of 1\n"
        "2027-03 usd churn -4900 of 1\n"
        "2027-03 usd reactivation 4900 of 1\n"
        "now usd 4900 of 1\n");
}

TEST_CASE("a discount and a quantity count, and a coupon for one charge does not") {
  Site site;
  site.sign_up();
  site.buy(std::string(good_card));
  site.advance(days(15));
  site.ask("POST", "/v1/coupons", "id=quarter&percent_off=25&duration=forever");
  site.ask("POST", "/v1/coupons", "id=first&percent_off=100&duration=once");
  const std::string subscription = only(site, "/v1/subscriptions");
  site.ask("POST", "/v1/subscriptions/" + subscription,
           "discounts[0][coupon]=quarter&discounts[1][coupon]=first");
  site.settle();
  CHECK(brought(site) == "3675\n");
  const std::string item = site.world.rows("select item_id from billing.mirror");
  site.ask("POST", "/v1/subscriptions/" + subscription,
           "items[0][id]=" + item.substr(0, item.size() - 1) + "&items[0][quantity]=3");
  site.settle();
  CHECK(movements(site) ==
        "usd 1 2026-12-06 new 4900 4900\n"
        "usd 2 2026-12-07 contraction -1225 3675\n"
        "usd 3 2026-12-07 expansion 7350 11025\n");
}

TEST_CASE("whatever happens, in whatever order it is heard of, movements add up to the revenue") {
  for (const unsigned seed : {3U, 11U, 2026U}) {
    Site site;
    site.mail = {.lost = 30, .doubled = true, .shuffled = true};
    site.chance.seed(seed);
    CAPTURE(seed);
    site.sign_up();
    std::map<Instant, std::string> known;
    const auto note = [&] {
      CHECK(moved(site) == brought(site));
      known[site.clock.now()] = brought(site);
    };
    for (int n = 0; n < 14; ++n) {
      const bool has = site.world.rows(
                           "select count(*) from billing.mirror where status not in "
                           "('canceled', 'incomplete_expired')") != "0\n";
      const auto act = site.chance() % 5;
      if (!has) {
        forget_debts(site);
        // On the trial nothing is charged yet, so that the card may fail later.
        site.buy(std::string(n == 0 && act < 3 ? card_that_fails_later : good_card));
      } else if (act == 0) {
        site.cancel();
      } else if (act == 1 && site.standing().find("full") != std::string::npos) {
        site.ask("POST", "/v1/subscriptions/" + only(site, "/v1/subscriptions"),
                 fmt::format("items[0][id]={}&items[0][quantity]={}",
                             only(site, "/v1/subscription_items?subscription=" +
                                            only(site, "/v1/subscriptions")),
                             1 + site.chance() % 9));
        site.settle();
      } else {
        site.advance(days(1 + std::int64_t(site.chance() % 20)));
      }
      note();
    }
    // And at each of those times they added up to what there was then.
    for (const auto& [at, was] : known)
      CHECK(site.world.rows(fmt::format("select coalesce(sum(amount), 0) from billing.movement "
                                        "where at <= '{}'",
                                        to_rfc3339(at))) == was);
  }
}
