#include "catalog/catalog.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

namespace freehold::catalog {
namespace {

const Price* find_price(const std::vector<Price>& prices, Interval interval,
                        const Currency& currency) {
  const auto at = std::ranges::find_if(prices, [&](const Price& offered) {
    return offered.interval == interval && offered.amount.currency == currency;
  });
  return at == prices.end() ? nullptr : &*at;
}

}  // namespace

bool Plan::has(const Feature& feature) const {
  return std::ranges::find(features, feature.key) != features.end();
}

std::optional<Allowance> Plan::find_allowance(std::string_view limit_or_meter) const {
  for (const Allowances* all : {&limits, &meters}) {
    const auto at = all->find(limit_or_meter);
    if (at != all->end()) return at->second;
  }
  return std::nullopt;
}

const Price* Plan::price(Interval interval, const Currency& currency) const {
  return find_price(prices, interval, currency);
}

std::vector<const Price*> Plan::offer(const Price& lead) const {
  std::vector<const Price*> all;
  for (const Price& each : prices) {
    if (each.interval == lead.interval && each.amount.currency == lead.amount.currency)
      all.push_back(&each);
  }
  return all;
}

Money cost_of_offer(const Plan& plan, const Price& lead, std::int64_t seats) {
  Money sum{0, lead.amount.currency};
  for (const Price* price : plan.offer(lead)) {
    if (price->charge != Charge::metered)
      sum = sum + cost_of(*price, price->charge == Charge::seat ? seats : 1);
  }
  return sum;
}

const Price* Addon::price(Interval interval, const Currency& currency) const {
  return find_price(prices, interval, currency);
}

bool Addon::fits(const Plan& plan) const {
  if (plans.empty()) return !plan.prices.empty();
  return std::ranges::find(plans, plan.key) != plans.end();
}

const Addon* Catalog::find_addon(std::string_view key) const {
  const auto at = std::ranges::find(addons_, key, &Addon::key);
  return at == addons_.end() ? nullptr : &*at;
}

const Addon* Catalog::find_addon_by_lookup_key(std::string_view lookup_key) const {
  for (const Addon& addon : addons_) {
    const std::string prefix = "freehold_addon_" + addon.key + "_";
    if (lookup_key.starts_with(prefix + "month_") || lookup_key.starts_with(prefix + "year_"))
      return &addon;
  }
  return nullptr;
}

const Price* Catalog::find_price(std::string_view lookup_key) const {
  const auto in = [&](const std::vector<Price>& prices) {
    const auto at = std::ranges::find(prices, lookup_key, &Price::lookup_key);
    return at == prices.end() ? nullptr : &*at;
  };
  for (const std::vector<Plan>* plans : {&plans_, &earlier_}) {
    for (const Plan& plan : *plans) {
      if (const Price* price = in(plan.prices)) return price;
    }
  }
  for (const Addon& addon : addons_) {
    if (const Price* price = in(addon.prices)) return price;
  }
  return nullptr;
}

const Plan* Catalog::find(std::string_view key) const {
  const auto at = std::ranges::find(plans_, key, &Plan::key);
  return at == plans_.end() ? nullptr : &*at;
}

const Plan* Catalog::find(std::string_view key, int version) const {
  const Plan* current = find(key);
  if (current != nullptr && current->version == version) return current;
  const auto at = std::ranges::find_if(
      earlier_, [&](const Plan& plan) { return plan.key == key && plan.version == version; });
  return at == earlier_.end() ? nullptr : &*at;
}

void Catalog::remember(std::vector<Plan> earlier) {
  earlier_ = std::move(earlier);
}

const Plan* Catalog::find_by_lookup_key(std::string_view lookup_key) const {
  for (const std::vector<Plan>* plans : {&plans_, &earlier_}) {
    for (const Plan& plan : *plans) {
      if (std::ranges::find(plan.prices, lookup_key, &Price::lookup_key) != plan.prices.end() ||
          std::ranges::find(plan.legacy_prices, lookup_key) != plan.legacy_prices.end())
        return &plan;
    }
  }
  return nullptr;
}

const Plan& Catalog::default_plan() const {
  const auto at = std::ranges::find_if(plans_, &Plan::is_default);
  if (at == plans_.end()) throw std::logic_error("a catalogue has a default plan");
  return *at;
}

const Plan* Catalog::trial_plan() const {
  const auto at =
      std::ranges::find_if(plans_, [](const Plan& plan) { return plan.trial_days.has_value(); });
  return at == plans_.end() ? nullptr : &*at;
}

Declared declared_by(const std::vector<Module>& modules) {
  Declared all;
  for (const Module& module : modules) {
    all.features.insert(all.features.end(), module.features.begin(), module.features.end());
    all.limits.insert(all.limits.end(), module.limits.begin(), module.limits.end());
    all.meters.insert(all.meters.end(), module.meters.begin(), module.meters.end());
  }
  return all;
}

std::string Catalog::label_of(std::string_view key) const {
  for (const auto* entries : {&declared_.features, &declared_.limits, &declared_.meters}) {
    const auto at = std::ranges::find(*entries, key, &DeclaredKey::key);
    if (at != entries->end()) return at->label;
  }
  return std::string(key);
}

const Plan* Catalog::cheapest_with(const Feature& feature) const {
  const auto at = std::ranges::find_if(plans_, [&](const Plan& plan) { return plan.has(feature); });
  return at == plans_.end() ? nullptr : &*at;
}

const Plan* Catalog::cheapest_above(std::string_view limit_or_meter, std::int64_t needed) const {
  const auto at = std::ranges::find_if(plans_, [&](const Plan& plan) {
    const auto allowance = plan.find_allowance(limit_or_meter);
    return allowance && (!*allowance || **allowance >= needed);
  });
  return at == plans_.end() ? nullptr : &*at;
}

std::string describe(const Price& price) {
  const std::string every = price.interval == Interval::month ? " a month" : " a year";
  if (price.charge == Charge::flat) return format_money(price.amount) + every;
  std::string text = price.beyond().format(price.amount.currency);
  text += price.charge == Charge::seat ? every + " per member" : " each";
  if (price.included() > 0) text += fmt::format(", {} included", with_thousands(price.included()));
  return text;
}

std::string describe(const Allowance& allowance) {
  return allowance ? with_thousands(*allowance) : "unlimited";
}

std::string with_thousands(std::int64_t number) {
  std::string digits = std::to_string(number);
  const std::ptrdiff_t first = digits.front() == '-' ? 1 : 0;
  for (auto at = std::ptrdiff_t(digits.size()) - 3; at > first; at -= 3)
    digits.insert(std::size_t(at), ",");
  return digits;
}

}  // namespace freehold::catalog
