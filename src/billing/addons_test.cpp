// What is bought on top of a plan: more is charged at once, less comes off the next invoice, and
// what the workspace may do follows.
#include <doctest/doctest.h>

#include "billing/addons.hpp"
#include "billing/test_site.hpp"
#include "core/async.hpp"
#include "core/json.hpp"

using namespace freehold;
using namespace freehold::billing;

namespace {

constexpr std::string_view plans = R"(
[features]
"files.export" = "Export of files"

[limits]
"files.files" = "Files"

[[plans]]
key = "free"
name = "Free"
default = true
limits = { "files.files" = 10 }

[[plans]]
key = "pro"
name = "Pro"
limits = { "files.files" = 1000 }
prices = [
  { amount = 4900, currency = "usd", interval = "month" },
  { amount = 49000, currency = "usd", interval = "year" },
  { amount = 4500, currency = "eur", interval = "month" },
]

[[plans]]
key = "business"
name = "Business"
limits = { "files.files" = 5000 }
prices = [{ amount = 19900, currency = "usd", interval = "month" }]

[[addons]]
key = "storage"
name = "500 more files"
tagline = "For archives."
max_quantity = 10
limits = { "files.files" = 500 }
prices = [
  { amount = 900, currency = "usd", interval = "month" },
  { amount = 800, currency = "eur", interval = "month" },
]

[[addons]]
key = "export"
name = "Export"
plans = ["pro"]
features = ["files.export"]
prices = [{ amount = 500, currency = "usd", interval = "month" }]
)";

constexpr std::string_view good_card = "4242424242424242";

struct Shop : Site {
  Shop()
      : Site({"db", "http", "events", "audit", "tenancy", "entitlements", "metering", "billing"},
             plans) {
    sign_up();
  }

  // The code of what refuses it; empty: ordered.
  std::string order(const AddonCounts& wanted) {
    std::string refused;
    world.run([&](db::Database&) { return order_it(*this, wanted, refused); });
    settle();
    return refused;
  }
  std::string form_of(const std::string& text) {
    std::string form;
    for (const char* name : {"addon", "quantity", "from", "amount", "proration_date"})
      form += fmt::format("{}={}&", name,
                          between(text, fmt::format("name=\"{}\" value=\"", name), "\""));
    return form;
  }
  std::string items() {
    return world.rows("select lookup_key, quantity from billing.item order by lookup_key");
  }
  std::string invoices() {
    return world.rows("select status, total from billing.invoice order by created_at, stripe_id");
  }
  std::string has() { return world.rows("select plan, addons from entitlements.standing"); }
  std::string at_stripe() {
    const json::value all = json::parse(ask("GET", "/v1/subscriptions"));
    return std::string(all.at("data").at(0).at("id").as_string());
  }

 private:
  static Task<> order_it(Shop& it, const AddonCounts& wanted, std::string& refused) {
    try {
      co_await set_addons(it.billing, it.owner, wanted);
    } catch (const Problem& problem) {
      refused = problem.code;
    }
  }
};

}  // namespace

TEST_CASE_FIXTURE(Shop, "more of an add-on is charged as it was shown, and there when it is paid") {
  buy(std::string(good_card));
  advance(days(10));
  const std::string text = page("/t/acme/billing/addon?addon=storage&quantity=3");
  CHECK(text.find("500 more files: 0 → 3") != text.npos);
  CHECK(text.find("Files: 1,000 → 2,500") != text.npos);
  CHECK(text.find("+$27.00") != text.npos);
  const std::string amount = between(text, "name=\"amount\" value=\"", "\"");
  CHECK(std::stol(amount) > 1700);
  CHECK(std::stol(amount) < 1900);
  advance(minutes(10));
  CHECK(
      page("/t/acme/billing/addon", form_of(text)).starts_with("303 /t/acme/billing?done=changed"));
  CHECK(invoices() == "paid 4900\npaid " + amount + "\n");
  CHECK(has() == "pro storage=3\n");
  advance(days(22));
  CHECK(invoices() == "paid 4900\npaid " + amount + "\npaid 7600\n");
  const std::string overview = page("/t/acme/billing");
  CHECK(overview.find("500 more files × 3") != overview.npos);
  CHECK(overview.find("$76.00") != overview.npos);
}

TEST_CASE_FIXTURE(Shop,
                  "less of an add-on is so at once, and what was paid comes off the invoice") {
  buy(std::string(good_card));
  CHECK(order({{"storage", 4}}) == "");
  advance(days(10));
  const std::string text = page("/t/acme/billing/addon?addon=storage&quantity=1");
  CHECK(text.find("Files: 3,000 → 1,500") != text.npos);
  CHECK(text.find("comes off the next invoice") != text.npos);
  CHECK(page("/t/acme/billing/addon", form_of(text)).starts_with("303 "));
  CHECK(has() == "pro storage=1\n");
  CHECK(invoices() == "paid 4900\npaid 3600\n");
  advance(days(22));
  const std::string next = world.rows(
      "select total from billing.invoice order by created_at desc, stripe_id desc limit 1");
  CHECK(std::stol(next) < 5800 - 1700);
  CHECK(std::stol(next) > 5800 - 1900);
  CHECK(order({{"storage", 0}}) == "");
  CHECK(items() == "freehold_pro_month_usd_v1 1\n");
  CHECK(has() == "pro \n");
}

TEST_CASE_FIXTURE(Shop, "a form that is too old, or of another number, is shown anew") {
  buy(std::string(good_card));
  const std::string form = form_of(page("/t/acme/billing/addon?addon=storage&quantity=2"));
  advance(minutes(16));
  CHECK(page("/t/acme/billing/addon", form).starts_with("409 "));
  const std::string again = form_of(page("/t/acme/billing/addon?addon=storage&quantity=2"));
  CHECK(order({{"storage", 1}}) == "");
  CHECK(page("/t/acme/billing/addon", again).starts_with("409 "));
  CHECK(has() == "pro storage=1\n");
}

TEST_CASE_FIXTURE(Shop, "what cannot be ordered is said, and changes nothing") {
  CHECK(order({{"storage", 1}}) == "no_subscription");
  CHECK(page("/t/acme/billing/addon?addon=storage&quantity=1").starts_with("303 "));
  buy(std::string(good_card));
  CHECK(order({{"storage", 11}}) == "invalid_input");
  CHECK(order({{"storage", -1}}) == "invalid_input");
  CHECK(order({{"nonsense", 1}}) == "invalid_input");
  CHECK_THROWS_WITH_AS(page("/t/acme/billing/addon?addon=nonsense&quantity=1"),
                       "There is no such add-on here.", Problem);
  for (const char* number : {"11", "-1", "1.5", "many", ""}) {
    const std::string text =
        page(std::string("/t/acme/billing/addon?addon=storage&quantity=") + number);
    CHECK(text.starts_with("422 "));
    CHECK(text.find("Enter a whole number from 0 to 10.") != text.npos);
  }
  cancel();
  CHECK(order({{"storage", 1}}) == "subscription_ends");
  keep();
  change(*catalog.find("pro")->price(catalog::Interval::year, Currency::usd()));
  CHECK(order({{"storage", 1}}) == "invalid_input");
  CHECK(has() == "pro \n");
}

TEST_CASE_FIXTURE(Shop, "while a change of plan is scheduled, add-ons stay as they are") {
  buy(std::string(good_card), "business");
  CHECK(order({{"storage", 2}, {"export", 1}}) == "invalid_input");
  CHECK(order({{"storage", 2}}) == "");
  change("pro");
  CHECK(order({{"storage", 3}}) == "change_scheduled");
  const std::string text = page("/t/acme/billing/addon?addon=storage&quantity=3");
  CHECK(text.find("A change of plan is scheduled") != text.npos);
  advance(days(32));
  CHECK(has() == "pro storage=2\n");
  CHECK(items() == "freehold_addon_storage_month_usd_v1 2\nfreehold_pro_month_usd_v1 1\n");
}

TEST_CASE_FIXTURE(Shop,
                  "an add-on goes along to a plan that has it, and goes with one that has not") {
  buy(std::string(good_card));
  CHECK(order({{"storage", 1}, {"export", 1}}) == "");
  CHECK(has() == "pro export=1 storage=1\n");
  const std::string text = page("/t/acme/billing/change?plan=business&interval=month");
  CHECK(text.find("Export is no longer included") != text.npos);
  CHECK(text.find("Files: 1,500 → 5,500") != text.npos);
  CHECK(text.find("$208.00") != text.npos);
  change("business");
  CHECK(has() == "business storage=1\n");
  CHECK(items() == "freehold_addon_storage_month_usd_v1 1\nfreehold_business_month_usd_v1 1\n");
}

TEST_CASE_FIXTURE(Shop, "an add-on whose payment fails is there when it is paid") {
  buy(std::string(good_card));
  const json::value customers = json::parse(ask("GET", "/v1/customers"));
  const std::string customer(customers.at("data").at(0).at("id").as_string());
  ask("POST", "/_sim/customers/" + customer + "/fail_card");
  CHECK(order({{"storage", 1}}) == "");
  CHECK(has() == "pro \n");
  pay_with_another_card();
  CHECK(has() == "pro storage=1\n");
}

TEST_CASE_FIXTURE(Shop, "an answer that gets lost buys no second one") {
  buy(std::string(good_card));
  losing = "POST /v1/subscriptions";
  CHECK(order({{"storage", 2}}) == "");
  losing = {};
  advance(minutes(5));
  CHECK(has() == "pro storage=2\n");
  CHECK(invoices() == "paid 4900\npaid 1800\n");
}

TEST_CASE_FIXTURE(Shop, "another currency has its own price, and a subscription keeps it") {
  const std::string pricing = page("/t/acme/billing/plans?currency=eur");
  CHECK(pricing.find("€45.00") != pricing.npos);
  CHECK(pricing.find("Not sold monthly in EUR") != pricing.npos);
  CHECK(pricing.find("€8.00") != pricing.npos);
  const std::string text = page("/t/acme/billing/change?plan=pro&interval=month&currency=eur");
  CHECK(text.find("Pay €45.00") != text.npos);
  buy(std::string(good_card),
      *catalog.find("pro")->price(catalog::Interval::month, *Currency::parse("eur")));
  CHECK(order({{"storage", 1}}) == "");
  CHECK(items() == "freehold_addon_storage_month_eur_v1 1\nfreehold_pro_month_eur_v1 1\n");
  // A link in another currency shows what it would really cost.
  CHECK(page("/t/acme/billing/plans?currency=usd").find("€45.00") != std::string::npos);
}
