// A plan as text, so that a version outlives the file that it was read from.
#include <fmt/format.h>

#include <stdexcept>

#include "catalog/catalog.hpp"
#include "core/json.hpp"

namespace freehold::catalog {
namespace {

struct AllowanceTerms {
  std::string key;
  std::optional<std::int64_t> most;  // null: unlimited
};
BOOST_DESCRIBE_STRUCT(AllowanceTerms, (), (key, most))

struct TierTerms {
  std::optional<std::int64_t> up_to;
  std::string unit_amount;
  std::int64_t flat_amount = 0;
};
BOOST_DESCRIBE_STRUCT(TierTerms, (), (up_to, unit_amount, flat_amount))

struct PriceTerms {
  std::string lookup_key;
  std::int64_t amount = 0;
  std::string currency;
  Interval interval = Interval::month;
  Charge charge = Charge::flat;
  std::string meter;
  TiersMode tiers_mode = TiersMode::graduated;
  std::vector<TierTerms> tiers;
};
BOOST_DESCRIBE_STRUCT(PriceTerms, (),
                      (lookup_key, amount, currency, interval, charge, meter, tiers_mode, tiers))

struct Terms {
  std::vector<std::string> features;
  std::vector<AllowanceTerms> limits;
  std::vector<AllowanceTerms> meters;
  std::vector<AllowanceTerms> rates;
  std::vector<PriceTerms> prices;
  std::vector<std::string> legacy_prices;
};
BOOST_DESCRIBE_STRUCT(Terms, (), (features, limits, meters, rates, prices, legacy_prices))

template <class Map>
std::vector<AllowanceTerms> terms_of(const Map& map) {
  std::vector<AllowanceTerms> all;
  all.reserve(map.size());
  for (const auto& [key, most] : map) all.push_back({key, most});
  return all;
}

PriceTerms terms_of(const Price& price) {
  PriceTerms terms{.lookup_key = price.lookup_key,
                   .amount = price.amount.minor,
                   .currency = std::string(price.amount.currency.code()),
                   .interval = price.interval,
                   .charge = price.charge,
                   .meter = price.meter,
                   .tiers_mode = price.tiers_mode,
                   .tiers = {}};
  for (const Tier& tier : price.tiers)
    terms.tiers.push_back({tier.up_to, tier.unit_amount.text(), tier.flat_amount});
  return terms;
}

template <class T>
T required(std::optional<T> value, std::string_view what) {
  if (!value) throw std::runtime_error(fmt::format("a plan of an earlier version has no {}", what));
  return *value;
}

Allowances allowances_from(const std::vector<AllowanceTerms>& terms) {
  Allowances allowances;
  for (const AllowanceTerms& each : terms) allowances[each.key] = each.most;
  return allowances;
}

Price price_from(const PriceTerms& terms) {
  Price price{.lookup_key = terms.lookup_key,
              .amount = {terms.amount, required(Currency::parse(terms.currency), "currency")},
              .interval = terms.interval,
              .charge = terms.charge,
              .meter = terms.meter,
              .tiers_mode = terms.tiers_mode};
  for (const TierTerms& tier : terms.tiers)
    price.tiers.push_back({tier.up_to,
                           required(UnitAmount::parse(tier.unit_amount), "amount of a tier"),
                           tier.flat_amount});
  return price;
}

Terms read_terms(std::string_view text) {
  try {
    return read_json_document<Terms>(text);
  } catch (const Problem& problem) {
    throw std::runtime_error(
        fmt::format("a plan of an earlier version cannot be read: {}", problem.what()));
  }
}

}  // namespace

std::string terms_of(const Plan& plan) {
  Terms terms{.features = plan.features,
              .limits = terms_of(plan.limits),
              .meters = terms_of(plan.meters),
              .rates = terms_of(plan.rates),
              .prices = {},
              .legacy_prices = plan.legacy_prices};
  std::ranges::sort(terms.features);
  terms.prices.reserve(plan.prices.size());
  for (const Price& price : plan.prices) terms.prices.push_back(terms_of(price));
  return json::serialize(to_json(terms));
}

Plan plan_from(std::string_view key, int version, std::string_view name, std::string_view text) {
  const Terms terms = read_terms(text);
  Plan plan;
  plan.key = key;
  plan.version = version;
  plan.name = name;
  plan.features = terms.features;
  plan.limits = allowances_from(terms.limits);
  plan.meters = allowances_from(terms.meters);
  for (const AllowanceTerms& rate : terms.rates) plan.rates[rate.key] = rate.most.value_or(1);
  for (const PriceTerms& price : terms.prices) plan.prices.push_back(price_from(price));
  plan.legacy_prices = terms.legacy_prices;
  return plan;
}

}  // namespace freehold::catalog
