// Stripe's products and prices become those of the catalogue, whatever happens on the way.
#include <doctest/doctest.h>

#include <boost/asio/post.hpp>

#include "billing/test_site.hpp"
#include "core/async.hpp"
#include "core/json.hpp"

using namespace freehold;
using namespace freehold::billing;

namespace {

catalog::Catalog catalog_with(int monthly, int yearly = 49000) {
  std::string text = fmt::format(R"(
[[plans]]
key = "free"
name = "Free"
default = true
[[plans]]
key = "pro"
name = "Pro"
prices = [
  {{ amount = {}, currency = "usd", interval = "month" }},
)",
                                 monthly);
  if (yearly > 0)
    text += fmt::format(R"(  {{ amount = {}, currency = "usd", interval = "year" }},)", yearly);
  return catalog::Catalog::parse(text + "\n]\n", {});
}

// Lets everybody else go first, as a network does.
Task<egress::Answer> reach_in_turn(Site& site, egress::Call call) {
  const auto executor = co_await asio::this_coro::executor;
  co_await asio::post(executor, use_task);
  const std::string target = call.url.substr(call.url.find("/v1/"));
  const auto answer = site.stripe_side.call(
      {.method = call.method, .target = target, .headers = call.headers, .body = call.body});
  if (answer.fate != simulator::Answer::Fate::sent)
    throw egress::Failure(egress::FailureKind::closed, true, "the answer was lost");
  co_return egress::Answer{answer.status, answer.headers, answer.body};
}

struct Run {
  Site& site;
  const catalog::Catalog& catalog;
  bool dry = false;
  int after = 0;  // turns of the others before it begins
  std::string said = {};
};

// One run of the command; what it said, or why it stopped.
Task<> sync(Run& run) {
  const auto executor = co_await asio::this_coro::executor;
  for (int turn = 0; turn < run.after; ++turn) co_await asio::post(executor, use_task);
  Stripe stripe([&run](egress::Call call) { return reach_in_turn(run.site, std::move(call)); },
                "http://stripe.test", Secret("sk_test_sim_tests"));
  try {
    run.said = co_await sync_plans(run.site.world.database(), stripe, run.catalog, run.dry);
  } catch (const StripeRefusal&) {
    run.said = "refused";
  } catch (const StripeAway&) {
    run.said = "no answer";
  }
}

struct Shop {
  Site site;

  std::string sync_to(const catalog::Catalog& catalog, bool dry = false) {
    Run run{site, catalog, dry};
    site.world.run([&](db::Database&) { return sync(run); });
    return run.said;
  }
  void fault(const std::string& kind, const std::string& path, int count = 1) {
    site.ask("POST", "/_sim/faults",
             fmt::format("method=POST&path={}&kind={}&count={}", path, kind, count));
  }
  // Those that can be bought: "4900 pro_month", the cheapest first.
  std::string on_sale() {
    std::vector<std::string> lines;
    for (const json::value& price : all_prices("active=true&"))
      lines.push_back(fmt::format("{} {}\n", price.at("unit_amount").as_int64(),
                                  json::serialize(price.at("lookup_key"))));
    std::ranges::sort(lines);
    return fmt::format("{}", fmt::join(lines, ""));
  }
  std::size_t ever_made() { return all_prices("").size(); }
  // Whether what we sell by is what Stripe has on sale.
  bool sells_what_is_on_sale() {
    std::string ids;
    for (const json::value& price : all_prices("active=true&"))
      ids += fmt::format("'{}',", std::string(price.at("id").as_string()));
    return site.world.rows("select count(*) from billing.price where price_id in (" + ids +
                           "'')") == site.world.rows("select count(*) from billing.price");
  }

 private:
  json::array all_prices(const std::string& filter) {
    return json::parse(site.ask("GET", "/v1/prices?" + filter + "limit=100")).at("data").as_array();
  }
};

constexpr std::string_view both_at_49 =
    "4900 \"freehold_pro_month_usd_v1\"\n49000 \"freehold_pro_year_usd_v1\"\n";
constexpr std::string_view both_at_59 =
    "49000 \"freehold_pro_year_usd_v1\"\n5900 \"freehold_pro_month_usd_v1\"\n";

}  // namespace

TEST_CASE("another amount takes over, and only it can be bought") {
  Shop shop;
  shop.sync_to(catalog_with(4900));
  CHECK(shop.on_sale() == both_at_49);
  CHECK(shop.sync_to(catalog_with(4900)) == "Stripe has the plans of the catalogue.\n");
  CHECK(shop.sync_to(catalog_with(5900))
            .starts_with("replace price freehold_pro_month_usd_v1: $59.00 a month\n"
                         "retire price price_1"));
  CHECK(shop.on_sale() == both_at_59);
  CHECK(shop.sells_what_is_on_sale());
  CHECK(shop.ever_made() == 3);
}

TEST_CASE("the amount of this morning is a new price this evening, not the retired one") {
  Shop shop;
  shop.sync_to(catalog_with(4900));
  shop.sync_to(catalog_with(5900));
  shop.sync_to(catalog_with(4900));
  shop.sync_to(catalog_with(5900));
  CHECK(shop.on_sale() == both_at_59);
  CHECK(shop.sells_what_is_on_sale());
  CHECK(shop.ever_made() == 5);
}

TEST_CASE("what leaves the catalogue is retired, and what somebody made by hand stays") {
  Shop shop;
  shop.sync_to(catalog_with(4900));
  shop.site.ask("POST", "/v1/prices",
                "product=freehold_pro&currency=usd&unit_amount=1000&recurring[interval]=month");
  CHECK(shop.sync_to(catalog_with(4900, 0)).starts_with("retire price price_1"));
  CHECK(shop.on_sale() == "1000 null\n4900 \"freehold_pro_month_usd_v1\"\n");
}

TEST_CASE("a dry run says what would be done and does nothing") {
  Shop shop;
  CHECK(shop.sync_to(catalog_with(4900), true) ==
        "create product freehold_pro\n"
        "create price freehold_pro_month_usd_v1: $49.00 a month\n"
        "create price freehold_pro_year_usd_v1: $490.00 a year\n");
  CHECK(shop.ever_made() == 0);
  shop.sync_to(catalog_with(4900));
  CHECK(shop.sync_to(catalog_with(5900), true)
            .starts_with("replace price freehold_pro_month_usd_v1: $59.00 a month\n"
                         "retire price price_1"));
  CHECK(shop.on_sale() == both_at_49);
}

TEST_CASE("a lost answer to a new price makes no second one") {
  Shop shop;
  shop.sync_to(catalog_with(4900));
  shop.fault("lost", "/v1/prices", 3);
  CHECK(shop.sync_to(catalog_with(5900)) == "no answer");
  shop.sync_to(catalog_with(5900));
  CHECK(shop.on_sale() == both_at_59);
  CHECK(shop.sells_what_is_on_sale());
  CHECK(shop.ever_made() == 3);
}

TEST_CASE("a run that dies between the new price and the old one is finished by the next") {
  Shop shop;
  shop.sync_to(catalog_with(4900));
  shop.fault("rate_limit", "/v1/prices/");
  CHECK(shop.sync_to(catalog_with(5900)) == "refused");
  CHECK(shop.on_sale() == "4900 null\n" + std::string(both_at_59));
  CHECK(shop.sync_to(catalog_with(5900)).starts_with("retire price price_1"));
  CHECK(shop.on_sale() == both_at_59);
  CHECK(shop.sells_what_is_on_sale());
}

TEST_CASE("two runs at once make each price once, however much later the other begins") {
  Shop shop;
  for (int later = 0; later < 12; ++later) {
    const catalog::Catalog catalog = catalog_with(4900 + later, 59000 + later);
    Run one{.site = shop.site, .catalog = catalog};
    Run other{.site = shop.site, .catalog = catalog, .after = later};
    shop.site.world.run_all(
        {[&](db::Database&) { return sync(one); }, [&](db::Database&) { return sync(other); }});
    CHECK(one.said != "refused");
    CHECK(other.said != "refused");
    CHECK(shop.ever_made() == std::size_t(2 + 2 * later));
    CHECK(shop.on_sale() ==
          fmt::format("{} \"freehold_pro_month_usd_v1\"\n{} \"freehold_pro_year_usd_v1\"\n",
                      4900 + later, 59000 + later));
    CHECK(shop.sells_what_is_on_sale());
  }
}

TEST_CASE("a failure that Stripe remembers holds a new price up for an hour at most") {
  Shop shop;
  shop.fault("saved_error", "/v1/prices");
  CHECK(shop.sync_to(catalog_with(4900)) == "refused");
  CHECK(shop.sync_to(catalog_with(4900)) == "no answer");
  shop.site.world.machine().advance(hours(1));
  shop.sync_to(catalog_with(4900));
  CHECK(shop.on_sale() == both_at_49);
}

namespace {

constexpr std::string_view shapes = R"(
[meters]
"docs.calls" = "Calls"

[[plans]]
key = "free"
name = "Free"
default = true

[[plans]]
key = "team"
name = "Team"
prices = [
  { amount = 4900, currency = "usd", interval = "month" },
  { amount = 1200, per = "seat", included = 3, currency = "usd", interval = "month" },
  { unit_amount = "0.5", per = "docs.calls", included = 1000, currency = "usd", interval = "month" },
  { unit_amount = "0.25", per = "docs.calls", currency = "eur", interval = "month" },
]

[[addons]]
key = "storage"
name = "Storage"
prices = [{ amount = 900, currency = "usd", interval = "month" }]

[[coupons]]
key = "launch"
name = "Launch"
percent_off = 20
duration = "forever"
codes = ["LAUNCH20"]
plans = ["team"]
)";

std::string replaced(std::string text, std::string_view from, std::string_view to) {
  return text.replace(text.find(from), from.size(), to);
}

}  // namespace

TEST_CASE("seats, usage, add-ons and coupons are made once, and known again") {
  Shop shop;
  const auto catalog = catalog::Catalog::parse(shapes, {});
  CHECK(shop.sync_to(catalog) ==
        "create meter freehold_docs_calls\n"
        "create product freehold_team\n"
        "create price freehold_team_month_usd_v1: $49.00 a month\n"
        "create price freehold_team_seat_month_usd_v1: $12.00 a month per member, 3 included\n"
        "create price freehold_team_docs_calls_month_usd_v1: $0.005 each, 1,000 included\n"
        "create price freehold_team_docs_calls_month_eur_v1: €0.0025 each\n"
        "create product freehold_addon_storage\n"
        "create price freehold_addon_storage_month_usd_v1: $9.00 a month\n"
        "create coupon freehold_launch_v1\n"
        "create code LAUNCH20 for freehold_launch_v1\n");
  CHECK(shop.sync_to(catalog) == "Stripe has the plans of the catalogue.\n");
  CHECK(shop.ever_made() == 5);
}

TEST_CASE("another tier is another price; another discount needs another version of the coupon") {
  Shop shop;
  shop.sync_to(catalog::Catalog::parse(shapes, {}));
  const auto more = replaced(std::string(shapes), "included = 1000", "included = 2000");
  CHECK(shop.sync_to(catalog::Catalog::parse(more, {}))
            .starts_with("replace price freehold_team_docs_calls_month_usd_v1: $0.005 each, 2,000 "
                         "included\nretire price price_1"));
  const auto cheaper = replaced(more, "percent_off = 20", "percent_off = 30");
  CHECK(shop.sync_to(catalog::Catalog::parse(cheaper, {})) ==
        "coupon freehold_launch_v1 has other terms at Stripe, where they never change: raise its "
        "version\n");
  const auto next = replaced(cheaper, "percent_off = 30", "version = 2\npercent_off = 30");
  CHECK(shop.sync_to(catalog::Catalog::parse(next, {})) ==
        "retire code LAUNCH20\n"
        "create coupon freehold_launch_v2\n"
        "create code LAUNCH20 for freehold_launch_v2\n");
  CHECK(shop.sync_to(catalog::Catalog::parse(next, {})) ==
        "Stripe has the plans of the catalogue.\n");
}
