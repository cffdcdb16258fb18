// What holds of the engine whatever happens: generated subscriptions, changes and prices.
#include <doctest/doctest.h>
#include <fmt/format.h>
#include <rapidcheck.h>

#include <algorithm>

#include "simulator/pricing.hpp"
#include "simulator/testing/world.hpp"

namespace freehold::simulator {

namespace {

std::int64_t sum_of(const json::object& object, std::string_view list, std::string_view member) {
  std::int64_t sum = 0;
  for (const json::value& value : array_of(object, list))
    sum += number_of(value.get_object(), member);
  return sum;
}

// Everything that an invoice says adds up.
void check_sums(const json::object& invoice) {
  const json::object& lines = object_of(invoice, "lines");
  const std::int64_t subtotal = number_of(invoice, "subtotal");
  RC_ASSERT(sum_of(lines, "data", "amount") == subtotal);
  std::int64_t on_top = 0;
  std::int64_t line_taxes = 0;
  for (const json::value& tax : array_of(invoice, "total_taxes"))
    if (text_of(tax.get_object(), "tax_behavior") == "exclusive")
      on_top += number_of(tax.get_object(), "amount");
  std::int64_t discounts = 0;
  for (const json::value& line : array_of(lines, "data")) {
    discounts += sum_of(line.get_object(), "discount_amounts", "amount");
    line_taxes += sum_of(line.get_object(), "taxes", "amount");
  }
  RC_ASSERT(discounts == sum_of(invoice, "total_discount_amounts", "amount"));
  RC_ASSERT(line_taxes == sum_of(invoice, "total_taxes", "amount"));
  RC_ASSERT(number_of(invoice, "total") == subtotal - discounts + on_top);
  if (text_of(invoice, "status") == "draft") return;
  const std::int64_t due = number_of(invoice, "total") + number_of(invoice, "starting_balance");
  RC_ASSERT(number_of(invoice, "amount_due") == std::max<std::int64_t>(0, due));
  RC_ASSERT(number_of(invoice, "amount_paid") + number_of(invoice, "amount_remaining") ==
            number_of(invoice, "amount_due"));
}

struct Life {
  World world;
  std::string customer = world.customer();
  std::string small = world.price(*rc::gen::inRange(1, 20'000));
  std::string big = world.price(*rc::gen::inRange(20'000, 90'000));
  std::string id;
  std::string item;

  void begin() {
    std::string more = "items[0][price]=" + small;
    if (*rc::gen::arbitrary<bool>())
      more += "&discounts[0][coupon]=" +
              world
                  .post("/v1/coupons",
                        fmt::format("duration=forever&percent_off={}", *rc::gen::inRange(1, 100)))
                  .id();
    if (*rc::gen::arbitrary<bool>())
      more += "&default_tax_rates[0]=" +
              world
                  .post("/v1/tax_rates",
                        fmt::format("display_name=VAT&inclusive={}&percentage={}",
                                    *rc::gen::arbitrary<bool>(), *rc::gen::inRange(0, 30)))
                  .id();
    id = world.subscribe(customer, more);
    const json::object shown = world.subscription(id);
    item = text_of(array_of(object_of(shown, "items"), "data")[0].get_object(), "id");
  }
  void change() {
    const bool bigger = *rc::gen::arbitrary<bool>();
    world.post("/v1/subscriptions/" + id,
               fmt::format("items[0][id]={}&items[0][price]={}&items[0][quantity]={}"
                           "&proration_behavior={}",
                           item, bigger ? big : small, *rc::gen::inRange(0, 9),
                           *rc::gen::element(std::string("none"), std::string("always_invoice"),
                                             std::string("create_prorations"))));
  }
  void pass() { world.pass(std::chrono::seconds{*rc::gen::inRange(1, 3'000'000)}); }
};

// What a quantity costs when each unit is asked for by itself, in whole cents.
std::int64_t by_unit(const std::vector<std::int64_t>& tops, const std::vector<std::int64_t>& prices,
                     std::int64_t quantity) {
  std::int64_t cost = 0;
  for (std::int64_t unit = 1; unit <= quantity; ++unit) {
    const auto tier =
        static_cast<std::size_t>(std::lower_bound(tops.begin(), tops.end(), unit) - tops.begin());
    cost += prices[tier];
  }
  return cost;
}

Record tiered(const std::vector<std::int64_t>& tops, const std::vector<std::int64_t>& prices,
              std::string_view mode) {
  json::array tiers;
  for (std::size_t i = 0; i < prices.size(); ++i)
    tiers.push_back(
        json::object{{"up_to", i < tops.size() ? json::value(tops[i]) : json::value(nullptr)},
                     {"unit_amount", prices[i]},
                     {"unit_amount_decimal", std::to_string(prices[i])},
                     {"flat_amount", nullptr},
                     {"flat_amount_decimal", nullptr}});
  Record price;
  price.shown = {{"currency", "usd"}, {"tiers_mode", mode}, {"billing_scheme", "tiered"}};
  price.hidden["tiers"] = std::move(tiers);
  return price;
}

}  // namespace

TEST_CASE("every invoice of every life adds up") {
  CHECK(rc::check([] {
    Life life;
    life.begin();
    for (int step = *rc::gen::inRange(1, 8); step > 0; --step) {
      if (*rc::gen::arbitrary<bool>())
        life.change();
      else
        life.pass();
    }
    const json::object invoices = life.world.get("/v1/invoices?limit=100").body;
    for (const json::value& invoice : array_of(invoices, "data")) check_sums(invoice.get_object());
  }));
}

TEST_CASE("a change and its opposite in the same second come to nothing") {
  CHECK(rc::check([] {
    Life life;
    life.begin();
    life.pass();
    const auto waiting = [&] {
      const json::object items = life.world.get("/v1/invoiceitems?pending=true&limit=100").body;
      return sum_of(items, "data", "amount");
    };
    const std::int64_t before = waiting();
    const std::string path = "/v1/subscriptions/" + life.id;
    const std::string of_item = "items[0][id]=" + life.item;
    const int quantity = *rc::gen::inRange(2, 20);
    life.world.post(path, fmt::format("{}&items[0][price]={}&items[0][quantity]={}", of_item,
                                      life.big, quantity));
    life.world.post(path,
                    fmt::format("{}&items[0][price]={}&items[0][quantity]=1", of_item, life.small));
    RC_ASSERT(waiting() == before);
  }));
}

TEST_CASE("graduated tiers cost what their units cost one by one, volume what the last one does") {
  CHECK(rc::check([] {
    std::vector<std::int64_t> tops;
    std::vector<std::int64_t> prices = {*rc::gen::inRange<std::int64_t>(0, 1000)};
    for (int tiers = *rc::gen::inRange(0, 4); tiers > 0; --tiers) {
      tops.push_back((tops.empty() ? 0 : tops.back()) + *rc::gen::inRange<std::int64_t>(1, 50));
      prices.push_back(*rc::gen::inRange<std::int64_t>(0, 1000));
    }
    const auto quantity = *rc::gen::inRange<std::int64_t>(0, 200);
    RC_ASSERT(cost_of(tiered(tops, prices, "graduated"), quantity) ==
              by_unit(tops, prices, quantity));
    const auto tier = static_cast<std::size_t>(
        std::lower_bound(tops.begin(), tops.end(), quantity) - tops.begin());
    RC_ASSERT(cost_of(tiered(tops, prices, "volume"), quantity) == prices[tier] * quantity);
  }));
}

TEST_CASE("a period begins on the day of the anchor, or on the last day of a shorter month") {
  for (const int day : {28, 29, 30, 31}) {
    World world;
    world.pass_to(to_unix_seconds(*parse_rfc3339(fmt::format("2027-01-{:02}T23:59:59Z", day))));
    const std::string id = world.subscribe(world.customer());
    static constexpr int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31, 31, 29};
    for (const int length : lengths) {
      const json::object shown = world.subscription(id);
      const json::object& items = object_of(shown, "items");
      const json::object& item = array_of(items, "data")[0].get_object();
      const Date began = date_of(from_unix_seconds(number_of(item, "current_period_start")));
      CHECK(began.day == std::min(day, length));
      world.pass_to(number_of(item, "current_period_end"));
    }
  }
}

}  // namespace freehold::simulator
