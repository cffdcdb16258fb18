// What a subscription brings in a month.
#include "billing/monthly.hpp"

#include <doctest/doctest.h>

#include "core/json.hpp"

using namespace freehold;
using namespace freehold::billing;

TEST_CASE("each interval counts as its part of a year, rounded to the nearest unit") {
  const auto of = [](std::int64_t amount, std::string interval, std::int64_t count = 1) {
    return monthly_of({{amount, 1, std::move(interval), count}}, {});
  };
  CHECK(of(4900, "month") == 4900);
  CHECK(of(4900, "month", 3) == 1633);
  CHECK(of(49000, "year") == 4083);
  CHECK(of(49001, "year", 2) == 2042);
  CHECK(of(1000, "week") == 4333);
  CHECK(of(100, "day") == 3042);
}

TEST_CASE("quantity and several items count, and discounts are taken off the sum") {
  const std::vector<RecurringItem> base_and_seats{{4900, 1}, {900, 7}};
  CHECK(monthly_of(base_and_seats, {}) == 11200);
  CHECK(monthly_of(base_and_seats, {{.basis_points = 2500}}) == 8400);
  CHECK(monthly_of(base_and_seats, {{.amount_off = 1200}}) == 10000);
  CHECK(monthly_of(base_and_seats, {{.basis_points = 2500}, {.amount_off = 1200}}) == 7200);
  CHECK(monthly_of(base_and_seats, {{.amount_off = 20000}}) == 0);
  CHECK(monthly_of({{12000, 1, "year"}}, {{.amount_off = 1200}}) == 900);
  CHECK(monthly_of({}, {{.amount_off = 1200}}) == 0);
}

TEST_CASE("use, coupons for one charge, and discounts that are over do not count") {
  const json::value subscription = json::parse(R"({
    "items": {"data": [
      {"quantity": 1, "price": {"unit_amount": 4900, "recurring":
        {"interval": "month", "interval_count": 1, "usage_type": "licensed"}}},
      {"price": {"unit_amount": 5, "recurring":
        {"interval": "month", "interval_count": 1, "usage_type": "metered"}}}]},
    "discounts": [
      {"end": null, "source": {"coupon": {"duration": "forever", "percent_off": 12.5}}},
      {"end": 100, "source": {"coupon": {"duration": "repeating", "percent_off": 50}}},
      {"end": null, "source": {"coupon": {"duration": "once", "percent_off": 100}}},
      "di_that_was_not_expanded"]})");
  CHECK(read_mrr(subscription, from_unix_seconds(50)) == 2144 - 1);
  CHECK(read_mrr(subscription, from_unix_seconds(100)) == 4287);

  // Where tiers decide, the catalogue knows what so many cost.
  const json::value seats = json::parse(R"({"items": {"data": [
      {"quantity": 7, "price": {"unit_amount": null, "lookup_key": "seats", "recurring":
        {"interval": "year", "interval_count": 1, "usage_type": "licensed"}}}]}})");
  const CostOfTiers cost = [](const std::string& key, std::int64_t quantity) {
    return key == "seats" ? std::optional(1200 * (quantity - 3)) : std::nullopt;
  };
  CHECK(read_mrr(seats, from_unix_seconds(50), cost) == 400);
  CHECK(read_mrr(seats, from_unix_seconds(50)) == 0);
}
