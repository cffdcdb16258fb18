#include "catalog/catalog.hpp"

#include <doctest/doctest.h>

#include <stdexcept>

using namespace freehold;
using namespace freehold::catalog;

namespace {

Declared declared() {
  return {.features = {{"documents.export", "Export"}},
          .limits = {{"documents.documents", "Documents"}},
          .meters = {{"documents.api_calls", "API calls"}}};
}

constexpr std::string_view good = R"(
[[plans]]
key = "free"
name = "Free"
default = true
limits = { "documents.documents" = 10 }
meters = { "documents.api_calls" = 100 }
rates = { api = 60 }

[[plans]]
key = "pro"
name = "Pro"
version = 2
trial_days = 14
features = ["documents.export"]
limits = { "documents.documents" = 1000 }
meters = { "documents.api_calls" = 10000 }
prices = [
  { amount = 4900, currency = "usd", interval = "month" },
  { amount = 49000, currency = "usd", interval = "year" },
]

[[plans]]
key = "business"
name = "Business"
features = ["documents.export"]
limits = { "documents.documents" = "unlimited" }
meters = { "documents.api_calls" = "unlimited" }
prices = [{ amount = 19900, currency = "usd", interval = "month" }]
)";

std::string mistakes_of(std::string_view toml) {
  try {
    Catalog::parse(toml, declared());
  } catch (const std::runtime_error& error) {
    return error.what();
  }
  return "";
}

}  // namespace

TEST_CASE("a catalogue knows its default plan, its trial plan and its prices") {
  const Catalog catalog = Catalog::parse(good, declared());
  CHECK(catalog.default_plan().key == "free");
  CHECK(catalog.trial_plan()->key == "pro");
  const Plan& pro = *catalog.find("pro");
  const Price& yearly = *pro.price(Interval::year, Currency::usd());
  CHECK(yearly.lookup_key == "freehold_pro_year_usd_v2");
  CHECK(describe(yearly) == "$490.00 a year");
  CHECK(catalog.find_by_lookup_key("freehold_pro_year_usd_v2") == &pro);
  CHECK(pro.price(Interval::month, *Currency::parse("eur")) == nullptr);
  CHECK(catalog.label_of("documents.api_calls") == "API calls");
}

TEST_CASE("a refusal names the cheapest plan that would allow it") {
  const Catalog catalog = Catalog::parse(good, declared());
  CHECK(catalog.cheapest_with(Feature{"documents.export"})->key == "pro");
  CHECK(catalog.cheapest_with(Feature{"documents.other"}) == nullptr);
  CHECK(catalog.cheapest_above("documents.documents", 11)->key == "pro");
  CHECK(catalog.cheapest_above("documents.documents", 1001)->key == "business");
  CHECK(catalog.cheapest_above("documents.api_calls", 100)->key == "free");
}

TEST_CASE("everything that is wrong is said at once") {
  CHECK(mistakes_of(R"(
[[plans]]
key = "a"
colour = "red"
features = ["documents.fly", 3]
limits = { "documents.documents" = -1, "x.y" = 1 }
trial_days = 0
prices = [{ amount = 0, currency = "btc", interval = "week" }, { amount = 1, currency = "usd", interval = "month" }, { amount = 2, currency = "usd", interval = "month" }]

[[plans]]
key = "a"
name = "A"
trial_days = 3

[more]
)") == "plans.toml: there is no section \"more\"\n"
       "plan \"a\": name is missing\n"
       "plan \"a\": nobody declares the feature \"documents.fly\"\n"
       "plan \"a\": features holds something that is not text\n"
       "plan \"a\": \"documents.documents\" must be a whole number or \"unlimited\"\n"
       "plan \"a\": nobody declares \"x.y\" (limits)\n"
       "plan \"a\": a price's amount must be a positive number of minor units\n"
       "plan \"a\": a price's currency is not one that Stripe charges in\n"
       "plan \"a\": a price's interval must be month or year\n"
       "plan \"a\": two prices for a month in usd\n"
       "plan \"a\": there is no setting \"colour\"\n"
       "plan \"a\": trial_days must be 1 or more\n"
       "plan \"a\": there are two plans of this key\n"
       "plan \"a\": a trial needs a price to go on with\n"
       "plans.toml: exactly one plan must have default = true\n"
       "plans.toml: only one plan may have trial_days\n");
}

TEST_CASE("a product in another language declares its keys beside the plans that assign to them") {
  const Catalog catalog = Catalog::parse(R"(
[features]
"notes.export" = "Export of notes"
[meters]
"notes.summaries" = "Summaries"

[[plans]]
key = "free"
name = "Free"
default = true
features = ["notes.export"]
meters = { "notes.summaries" = 3 }
limits = { "documents.documents" = 10 }
)",
                                         declared());
  CHECK(catalog.default_plan().has(Feature{"notes.export"}));
  CHECK(catalog.cheapest_above("notes.summaries", 3)->key == "free");
  CHECK(catalog.label_of("notes.summaries") == "Summaries");
  CHECK(catalog.declared().meters.back().key == "notes.summaries");
}

TEST_CASE("a key of one's own is two words, has a label, and is nobody else's") {
  CHECK(mistakes_of(R"(
[features]
"notes" = "Notes"
"documents.api_calls" = "Calls"
[limits]
"notes.count" = 3
[[plans]]
key = "free"
name = "Free"
default = true
)") == "[features]: \"documents.api_calls\" is declared already\n"
       "[features]: \"notes\" must be two words with a dot between: reports.export\n"
       "[limits]: \"notes.count\" needs a label to be read\n");
}

TEST_CASE("a file that is not TOML is refused with its line") {
  CHECK(mistakes_of("[[plans]]\nkey = \n").starts_with("plans.toml: line 2: "));
}

TEST_CASE("numbers have thousands and allowances may be unlimited") {
  CHECK(with_thousands(-1234567) == "-1,234,567");
  CHECK(with_thousands(-123) == "-123");
  CHECK(describe(Allowance{1000}) == "1,000");
  CHECK(describe(Allowance{}) == "unlimited");
}

TEST_CASE("a plan knows prices from before it, which it does not sell") {
  const std::string older = std::string(good).replace(
      good.find("version = 2"), 11, "version = 2\nlegacy_prices = [\"price_1\", \"plan_gold\"]");
  const Catalog catalog = Catalog::parse(older, declared());
  REQUIRE(catalog.find_by_lookup_key("price_1") != nullptr);
  CHECK(catalog.find_by_lookup_key("price_1")->key == "pro");
  CHECK(catalog.find_by_lookup_key("plan_gold")->key == "pro");
  CHECK(catalog.find_by_lookup_key("price_2") == nullptr);
  CHECK(catalog.find("pro")->prices.size() == 2);
  CHECK(mistakes_of("[[plans]]\nkey = \"a\"\nname = \"A\"\ndefault = true\n"
                    "legacy_prices = [\"starter\", \"price_1\", \"price_1\"]\n") ==
        "plan \"a\": the legacy price \"starter\" is not an id of Stripe's (price_…)\n"
        "plan \"a\": the legacy price \"price_1\" stands here twice\n");
}

namespace {

constexpr std::string_view shapes = R"(
[[plans]]
key = "free"
name = "Free"
default = true

[[plans]]
key = "team"
name = "Team"
trial_days = 14
trial_requires_card = true
prices = [
  { unit_amount = "0.5", per = "documents.api_calls", included = 1000, currency = "usd", interval = "month" },
  { amount = 1200, per = "seat", included = 3, currency = "usd", interval = "month" },
  { amount = 4900, currency = "usd", interval = "month" },
  { amount = 4500, currency = "eur", interval = "month" },
  { per = "documents.api_calls", tiers_mode = "volume", currency = "jpy", interval = "month", tiers = [{ up_to = 10, flat_amount = 500 }, { up_to = "inf", unit_amount = 3 }] },
]

[[addons]]
key = "storage"
name = "More documents"
plans = ["team"]
max_quantity = 5
limits = { "documents.documents" = 500 }
prices = [{ amount = 900, currency = "usd", interval = "month" }]

[[coupons]]
key = "launch"
name = "Launch"
percent_off = 20
duration = "repeating"
duration_in_months = 3
codes = ["LAUNCH20"]
plans = ["team"]
)";

}  // namespace

TEST_CASE("a plan may have a base, seats and usage; add-ons and coupons go with it") {
  const Catalog catalog = Catalog::parse(shapes, declared());
  const Plan& team = *catalog.find("team");
  CHECK(team.trial_requires_card);
  const Price& lead = *team.price(Interval::month, Currency::usd());
  std::vector<std::string> offer;
  for (const Price* price : team.offer(lead))
    offer.push_back(price->lookup_key + ": " + describe(*price));
  CHECK(offer ==
        std::vector<std::string>{
            "freehold_team_month_usd_v1: $49.00 a month",
            "freehold_team_seat_month_usd_v1: $12.00 a month per member, 3 included",
            "freehold_team_documents_api_calls_month_usd_v1: $0.005 each, 1,000 included"});
  const Price& seats = *catalog.find_price("freehold_team_seat_month_usd_v1");
  CHECK(format_money(cost_of(seats, 3)) == "$0.00");
  CHECK(format_money(cost_of(seats, 5)) == "$24.00");
  CHECK(format_money(cost_of_offer(team, lead, 5)) == "$73.00");
  const Price& usage = *team.price(Interval::month, *Currency::parse("jpy"));
  CHECK(format_money(cost_of(usage, 10)) == "¥500");
  CHECK(format_money(cost_of(usage, 11)) == "¥33");
  CHECK(catalog.find_by_lookup_key(seats.lookup_key) == &team);
  CHECK(catalog.find_by_lookup_key("freehold_addon_storage_month_usd_v1") == nullptr);

  const Addon& storage = *catalog.find_addon_by_lookup_key("freehold_addon_storage_month_usd_v7");
  CHECK(storage.fits(team));
  CHECK_FALSE(storage.fits(catalog.default_plan()));
  CHECK(catalog.currencies().size() == 3);
  CHECK(catalog.currencies().front() == Currency::usd());
  CHECK(catalog.coupons().front().id == "freehold_launch_v1");
  CHECK(catalog.coupons().front().percent_off == 20);
}

TEST_CASE("what is wrong with the shape of a price, an add-on or a coupon is said at once") {
  CHECK(mistakes_of(R"(
[[plans]]
key = "free"
name = "Free"
default = true

[[plans]]
key = "p"
name = "P"
trial_requires_card = true
prices = [
  { currency = "usd", interval = "month", colour = 1 },
  { amount = 5, included = 3, currency = "eur", interval = "month" },
  { unit_amount = "1.5x", per = "seat", currency = "usd", interval = "month" },
  { amount = 5, per = "x.y", currency = "usd", interval = "month" },
  { per = "seat", currency = "eur", interval = "month", tiers = [{ up_to = 5, unit_amount = 1 }, { up_to = 4 }] },
]

[[addons]]
key = "a"
name = "A"
plans = ["q"]
prices = [{ amount = 5, per = "seat", currency = "usd", interval = "month" }]

[[coupons]]
key = "c"
name = "C"
percent_off = 101
duration = "repeating"
codes = ["Free Beer"]
)") == "plan \"p\": there is no setting \"colour\"\n"
       "plan \"p\": a price needs one of amount, unit_amount and tiers\n"
       "plan \"p\": included goes with the amount of a seat or of a meter's unit\n"
       "plan \"p\": a price's unit_amount must be minor units, as a number like 5 or a text like "
       "\"0.5\"\n"
       "plan \"p\": nobody declares the meter \"x.y\" that a price is per\n"
       "plan \"p\": a tier needs a unit_amount or a flat_amount\n"
       "plan \"p\": tiers must ascend, and the last one's up_to must be \"inf\"\n"
       "plan \"p\": trial_requires_card goes with trial_days\n"
       "add-on \"a\": there is no plan \"q\"\n"
       "add-on \"a\": an add-on is bought by the piece; its prices have no per\n"
       "add-on \"a\": an add-on needs a price\n"
       "coupon \"c\": percent_off must be a whole number from 1 to 100\n"
       "coupon \"c\": duration_in_months goes with duration = \"repeating\", and is 1 or more\n"
       "coupon \"c\": the code \"Free Beer\" may have capitals, digits and dashes\n");
}

TEST_CASE(
    "an earlier version of a plan is kept with all that was bought, and found by its prices") {
  const Catalog then = Catalog::parse(shapes, declared());
  const Plan& team = *then.find("team");
  const std::string terms = terms_of(team);
  const Plan again = plan_from("team", 1, "Team", terms);
  CHECK(terms_of(again) == terms);

  std::string text(shapes);
  text.replace(text.find("name = \"Team\""), 13, "name = \"Team\"\nversion = 2");
  Catalog now = Catalog::parse(text, declared());
  CHECK(now.find_by_lookup_key("freehold_team_seat_month_usd_v1") == nullptr);
  now.remember({again});
  CHECK(now.find_by_lookup_key("freehold_team_seat_month_usd_v1")->version == 1);
  CHECK(now.find("team")->version == 2);
  CHECK(now.find("team", 1)->version == 1);
  CHECK(now.find("team", 3) == nullptr);
  const Price& seats = *now.find_price("freehold_team_seat_month_usd_v1");
  CHECK(format_money(cost_of(seats, 5)) == "$24.00");
  for (const char* broken : {"", "[]", "{\"prices\":[{}]}"})
    CHECK_THROWS_AS(plan_from("team", 1, "Team", broken), std::runtime_error);
}

TEST_CASE("a default plan may be locked, so that there is no free one; no other may") {
  const auto catalog = Catalog::parse(
      "[[plans]]\nkey = \"ended\"\nname = \"No plan\"\ndefault = true\nlocked = true\n",
      declared());
  CHECK_FALSE(catalog.has_free_plan());
  CHECK(Catalog::parse(good, declared()).has_free_plan());
  CHECK(mistakes_of("[[plans]]\nkey = \"a\"\nname = \"A\"\ndefault = true\n"
                    "[[plans]]\nkey = \"b\"\nname = \"B\"\nlocked = true\n") ==
        "plan \"b\": only the default plan can be locked\n");
}
