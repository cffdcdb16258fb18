#include "billing/monthly.hpp"

#include <algorithm>
#include <cmath>

#include "billing/json_fields.hpp"

namespace freehold::billing {
namespace {

using fields::at;
using fields::number;
using fields::text;

// A year's parts; a month is a twelfth of a year, a week 1/52 and a day 1/365.
std::int64_t in_a_year(const std::string& interval) {
  if (interval == "day") return 365;
  if (interval == "week") return 52;
  return interval == "year" ? 1 : 12;
}

std::int64_t monthly(std::int64_t amount, const RecurringItem& item) {
  const std::int64_t months = 12 * std::max<std::int64_t>(1, item.interval_count);
  return (amount * in_a_year(item.interval) + months / 2) / months;
}

std::string key_of(const json::value* price) {
  const auto made = text(at(price, "metadata", "freehold_price"));
  return text(at(price, "lookup_key")).value_or(made.value_or(""));
}

std::optional<RecurringItem> read_item(const json::value& item, const CostOfTiers& cost) {
  const json::value* price = at(&item, "price");
  if (text(at(price, "recurring", "usage_type")) == "metered") return {};
  RecurringItem read{
      .unit_amount = number(at(price, "unit_amount")).value_or(0),
      .quantity = number(at(&item, "quantity")).value_or(1),
      .interval = text(at(price, "recurring", "interval")).value_or("month"),
      .interval_count = number(at(price, "recurring", "interval_count")).value_or(1)};
  const bool has_tiers = !number(at(price, "unit_amount"));
  const auto known = has_tiers && cost ? cost(key_of(price), read.quantity) : std::nullopt;
  if (!known) return read;
  read.unit_amount = *known;
  read.quantity = 1;
  return read;
}

// Stripe's percentages have up to two digits behind the point.
std::int64_t basis_points(const json::value* percent) {
  if (percent == nullptr || !percent->is_number()) return 0;
  return std::llround(percent->to_number<double>() * 100);
}

// A coupon lies in the source of a discount since 2025-09-30.clover, in the discount itself before.
std::optional<Reduction> read_reduction(const json::value& discount, Instant now) {
  const json::value* coupon = at(&discount, "source", "coupon");
  if (coupon == nullptr || !coupon->is_object()) coupon = at(&discount, "coupon");
  const auto end = fields::time(at(&discount, "end"));
  const bool over = end && *end <= now;
  if (coupon == nullptr || over || text(at(coupon, "duration")) == "once") return {};
  return Reduction{.basis_points = basis_points(at(coupon, "percent_off")),
                   .amount_off = number(at(coupon, "amount_off")).value_or(0)};
}

std::vector<json::value> list_at(const json::value* list) {
  const json::array* array = list != nullptr ? list->if_array() : nullptr;
  if (array == nullptr) return {};
  return {array->begin(), array->end()};
}

}  // namespace

std::int64_t monthly_of(const std::vector<RecurringItem>& items,
                        const std::vector<Reduction>& reductions) {
  std::int64_t sum = 0;
  for (const RecurringItem& item : items) sum += monthly(item.unit_amount * item.quantity, item);
  for (const Reduction& reduction : reductions) {
    sum -= (sum * reduction.basis_points + 5000) / 10000;
    if (!items.empty()) sum -= monthly(reduction.amount_off, items.front());
  }
  return std::max<std::int64_t>(0, sum);
}

std::int64_t read_mrr(const json::value& subscription, Instant now, const CostOfTiers& cost) {
  std::vector<RecurringItem> items;
  for (const json::value& each : list_at(at(&subscription, "items", "data")))
    if (const auto item = read_item(each, cost)) items.push_back(*item);
  std::vector<Reduction> reductions;
  for (const json::value& each : list_at(at(&subscription, "discounts")))
    if (const auto reduction = read_reduction(each, now)) reductions.push_back(*reduction);
  return monthly_of(items, reductions);
}

}  // namespace freehold::billing
