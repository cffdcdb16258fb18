// Every shape that a plan can have, from the checkout to a paid invoice.
#include <doctest/doctest.h>

#include "billing/items.hpp"
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
meters = { "documents.api_calls" = 100 }

[[plans]]
key = "flat"
name = "Flat"
prices = [
  { amount = 4900, currency = "usd", interval = "month" },
  { amount = 49000, currency = "usd", interval = "year" },
  { amount = 4500, currency = "eur", interval = "month" },
  { amount = 7000, currency = "jpy", interval = "month" },
]

[[plans]]
key = "hybrid"
name = "Hybrid"
meters = { "documents.api_calls" = "unlimited" }
prices = [
  { amount = 4900, currency = "usd", interval = "month" },
  { amount = 1200, per = "seat", included = 3, currency = "usd", interval = "month" },
  { unit_amount = "0.5", per = "documents.api_calls", included = 1000, currency = "usd", interval = "month" },
]

[[plans]]
key = "annual"
name = "Annual"
meters = { "documents.api_calls" = "unlimited" }
prices = [
  { amount = 49000, currency = "usd", interval = "year" },
  { unit_amount = 1, per = "documents.api_calls", included = 1000, currency = "usd", interval = "year" },
]

[[plans]]
key = "graduated"
name = "Graduated"
meters = { "documents.api_calls" = "unlimited" }
prices = [{ per = "documents.api_calls", currency = "usd", interval = "month", tiers = [{ up_to = 100, unit_amount = 10 }, { up_to = "inf", unit_amount = 4, flat_amount = 500 }] }]

[[plans]]
key = "volume"
name = "Volume"
meters = { "documents.api_calls" = "unlimited" }
prices = [{ per = "documents.api_calls", currency = "usd", interval = "month", tiers_mode = "volume", tiers = [{ up_to = 100, unit_amount = 10 }, { up_to = "inf", unit_amount = 4 }] }]

[[plans]]
key = "carded"
name = "Carded"
trial_days = 14
trial_requires_card = true
prices = [{ amount = 2900, currency = "usd", interval = "month" }]

[[coupons]]
key = "launch"
name = "Launch"
percent_off = 20
duration = "repeating"
duration_in_months = 2
codes = ["LAUNCH20"]
)";

constexpr const char* good_card = "4242424242424242";

struct Shop : Site {
  Shop()
      : Site({"db", "http", "events", "audit", "tenancy", "entitlements", "metering", "billing"},
             plans) {
    sign_up();
  }
  const catalog::Price& price(const std::string& plan, catalog::Interval interval,
                              std::string_view currency) {
    return *catalog.find(plan)->price(interval, *Currency::parse(currency));
  }
  // "paid 4900 usd", the oldest first.
  std::string invoices() {
    return world.rows("select status, total, currency from billing.invoice order by created_at");
  }
  std::string items() {
    return world.rows("select lookup_key, quantity from billing.item order by lookup_key");
  }
};

}  // namespace

TEST_CASE_FIXTURE(Shop, "flat: by the month, by the year for less, and in another currency") {
  buy(good_card, price("flat", catalog::Interval::year, "usd"));
  CHECK(invoices() == "paid 49000 usd\n");
  CHECK(standing() == "flat full subscription -\n");
  advance(days(366));
  CHECK(invoices() == "paid 49000 usd\npaid 49000 usd\n");
}

TEST_CASE_FIXTURE(Shop, "by the year: use is counted over the year, whatever month it falls into") {
  buy(good_card, "annual");
  advance(days(10));
  use(1500);
  advance(days(50));
  use(700);
  advance(hours(1));
  const std::string overview = page("/t/acme/billing");
  for (const char* text : {"API calls until now: 2,200, 1,000 included", "$12.00", "$502.00"})
    CHECK_MESSAGE(overview.find(text) != std::string::npos, text);
  advance(days(320));
  CHECK(invoices() == "paid 49000 usd\npaid 50200 usd\n");
}

TEST_CASE_FIXTURE(Shop, "a currency without a minor unit is charged in whole ones") {
  buy(good_card, price("flat", catalog::Interval::month, "jpy"));
  CHECK(invoices() == "paid 7000 jpy\n");
  CHECK(page("/t/acme/billing").find("¥7,000") != std::string::npos);
}

TEST_CASE_FIXTURE(Shop, "hybrid: a base, seats and usage are one subscription and one invoice") {
  people = 5;
  buy(good_card, "hybrid");
  CHECK(items() ==
        "freehold_hybrid_documents_api_calls_month_usd_v1 \n"
        "freehold_hybrid_month_usd_v1 1\n"
        "freehold_hybrid_seat_month_usd_v1 5\n");
  CHECK(invoices() == "paid 7300 usd\n");
  advance(days(10));
  use(1500);
  advance(minutes(16));
  const std::string overview = page("/t/acme/billing");
  for (const char* text : {"5 members", "$24.00", "API calls until now: 1,500, 1,000 included",
                           "$2.50", "Total until now", "$75.50"})
    CHECK_MESSAGE(overview.find(text) != std::string::npos, text);
  advance(days(22));
  // 49.00, two seats beyond the three at 12.00, and 500 calls beyond the 1,000 at half a cent.
  CHECK(invoices() == "paid 7300 usd\npaid 7550 usd\n");
}

TEST_CASE_FIXTURE(Shop, "what a plan with seats and usage costs is said before it is bought") {
  people = 5;
  const std::string before = page("/t/acme/billing/change?plan=hybrid&interval=month");
  for (const char* text : {"5 members, $12.00 a month per member, 3 included", "$24.00", "$73.00",
                           "Pay $73.00", "API calls: $0.005 each, 1,000 included."})
    CHECK_MESSAGE(before.find(text) != std::string::npos, text);
  buy(good_card, price("flat", catalog::Interval::month, "usd"));
  // Dearer for five, though its base costs the same: it is paid at once.
  CHECK(page("/t/acme/billing/change?plan=hybrid&interval=month")
            .find("Your card is charged at once") != std::string::npos);
}

TEST_CASE_FIXTURE(Shop, "usage of the last minute is billed in its own month, and none twice") {
  buy(good_card, "graduated");
  CHECK(invoices() == "paid 0 usd\n");
  const Instant end = parse_rfc3339(world
                                        .rows("select to_char(period_end at time zone 'utc', "
                                              "'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"') from "
                                              "billing.mirror")
                                        .substr(0, 20))
                          .value();
  advance(end - seconds(30) - clock.now());
  use(150);
  advance(seconds(60));
  use(70);
  advance(minutes(20));
  advance(minutes(90));
  // 100 at ten cents, then a fee of five dollars and 50 at four cents.
  CHECK(invoices() == "paid 0 usd\npaid 1700 usd\n");
  advance(days(31) + hours(2));
  CHECK(invoices() == "paid 0 usd\npaid 1700 usd\npaid 700 usd\n");
  CHECK(world.rows("select quantity from billing.usage_batch order by window_start") ==
        "150\n70\n");
}

TEST_CASE_FIXTURE(Shop, "volume: all usage costs what the last unit does") {
  buy(good_card, "volume");
  use(101);
  advance(minutes(16));
  advance(days(32));
  CHECK(invoices() == "paid 0 usd\npaid 404 usd\n");
}

TEST_CASE_FIXTURE(Shop, "usage that Stripe could not be told of is told when it is back, once") {
  buy(good_card, "volume");
  use(10);
  stripe_is_down = true;
  advance(minutes(16));
  stripe_is_down = false;
  ask("POST", "/_sim/faults", "method=POST&path=/v1/billing/meter_events&kind=lost&count=1");
  for (int turn = 0; turn < 4; ++turn) {
    world.machine().advance(minutes(5));
    settle();
  }
  advance(days(32));
  CHECK(invoices() == "paid 0 usd\npaid 100 usd\n");
}

TEST_CASE_FIXTURE(Shop,
                  "usage whose telling was not answered for a day is told again and counts once") {
  buy(good_card, "volume");
  use(10);
  ask("POST", "/_sim/faults", "method=POST&path=/v1/billing/meter_events&kind=lost&count=3");
  advance(minutes(16));
  CHECK(world.rows("select state from billing.command where kind = 'usage.tell'") == "pending\n");
  advance(hours(25));  // Stripe has forgotten the key by now, and knows the identifier
  world.machine().advance(hours(2));
  settle();
  CHECK(world.rows("select state from billing.command where kind = 'usage.tell'") == "done\n");
  advance(days(31));
  CHECK(invoices() == "paid 0 usd\npaid 100 usd\n");
}

TEST_CASE_FIXTURE(Shop, "a code that people type takes something off for as long as it says") {
  buy(good_card, price("flat", catalog::Interval::month, "usd"), "LAUNCH20");
  CHECK(invoices() == "paid 3920 usd\n");
  advance(days(32));
  advance(days(31));
  advance(days(31));
  CHECK(invoices() == "paid 3920 usd\npaid 3920 usd\npaid 4900 usd\npaid 4900 usd\n");
}

TEST_CASE_FIXTURE(Shop, "from one shape to another, what counts the same takes its place") {
  people = 5;
  buy(good_card, "hybrid");
  change(price("flat", catalog::Interval::year, "usd"));
  CHECK(items() == "freehold_flat_year_usd_v1 1\n");
  CHECK(standing() == "flat full subscription -\n");
  change(price("hybrid", catalog::Interval::month, "usd"));
  CHECK(items() ==
        "freehold_hybrid_documents_api_calls_month_usd_v1 \n"
        "freehold_hybrid_month_usd_v1 1\n"
        "freehold_hybrid_seat_month_usd_v1 5\n");
}

TEST_CASE_FIXTURE(Shop, "a trial that needs a card begins with the checkout, and comes once") {
  CHECK(standing() == "free full default -\n");
  const std::string change = "/t/acme/billing/change?plan=carded&interval=month";
  CHECK(page(change).find("Continue, $0.00 today") != std::string::npos);
  buy(good_card, "carded");
  CHECK(standing() == "carded full subscription -\n");
  CHECK(world.rows("select status from billing.mirror") == "trialing\n");
  advance(days(14) + hours(2));
  CHECK(world.rows("select total from billing.invoice where total > 0") == "2900\n");
  cancel();
  advance(days(40));
  CHECK(standing() == "free full default -\n");
  CHECK(page(change).find("Pay $29.00") != std::string::npos);
  buy(good_card, "carded");
  CHECK(world.rows("select total from billing.invoice where total > 0") == "2900\n2900\n");
}
