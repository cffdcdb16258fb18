#include "catalog/price_reader.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/json.hpp"

namespace freehold::catalog {
namespace {

constexpr std::int64_t most_amount = 99'999'999;  // Stripe's own limit of eight digits

// Read from "0.5" or from 5; a whole number of a TOML file is no text.
std::optional<UnitAmount> unit_amount_of(const toml::table& table) {
  if (const auto text = table["unit_amount"].value_exact<std::string>())
    return UnitAmount::parse(*text);
  if (const auto number = table["unit_amount"].value_exact<std::int64_t>())
    return UnitAmount::parse(std::to_string(*number));
  return {};
}

std::optional<Tier> read_tier(const toml::node& node, const Mistake& mistake) {
  const toml::table* entry = node.as_table();
  if (entry == nullptr) {
    mistake("tiers holds something that is not a table");
    return {};
  }
  refuse_unknown(*entry, {"up_to", "unit_amount", "flat_amount"}, mistake);
  Tier tier;
  tier.up_to = (*entry)["up_to"].value_exact<std::int64_t>();
  const bool endless = (*entry)["up_to"].value_or(std::string()) == "inf";
  if (!endless && (!tier.up_to || *tier.up_to < 1))
    mistake("a tier's up_to must be a positive number, or \"inf\" for the last");
  const auto amount = unit_amount_of(*entry);
  const bool has_amount = entry->contains("unit_amount");
  if (has_amount && !amount)
    mistake("a tier's unit_amount must be minor units, as a number like 5 or a text like \"0.5\"");
  tier.unit_amount = amount.value_or(UnitAmount());
  tier.flat_amount = (*entry)["flat_amount"].value_or(std::int64_t(0));
  if (tier.flat_amount < 0 || tier.flat_amount > most_amount)
    mistake("a tier's flat_amount must not be below zero");
  if (!has_amount && !entry->contains("flat_amount"))
    mistake("a tier needs a unit_amount or a flat_amount");
  return tier;
}

std::vector<Tier> read_tiers(const toml::array& array, const Mistake& mistake) {
  std::vector<Tier> tiers;
  for (const auto& node : array) {
    if (auto tier = read_tier(node, mistake)) tiers.push_back(*tier);
  }
  std::int64_t before = 0;
  for (std::size_t i = 0; i < tiers.size(); ++i) {
    const bool last = i + 1 == tiers.size();
    if (last == tiers[i].up_to.has_value() || (!last && *tiers[i].up_to <= before))
      mistake("tiers must ascend, and the last one's up_to must be \"inf\"");
    before = tiers[i].up_to.value_or(before);
  }
  return tiers;
}

// "included" units for nothing, and each beyond them for so much.
std::vector<Tier> simple_tiers(std::int64_t included, UnitAmount beyond) {
  std::vector<Tier> tiers;
  if (included > 0) tiers.push_back({.up_to = included, .unit_amount = {}});
  tiers.push_back({.up_to = {}, .unit_amount = beyond});
  return tiers;
}

void read_amounts(const toml::table& entry, Price& price, const Mistake& mistake) {
  const auto amount = entry["amount"].value_exact<std::int64_t>();
  const auto unit = unit_amount_of(entry);
  const std::int64_t included = entry["included"].value_or(std::int64_t(0));
  const toml::array* tiers = entry["tiers"].as_array();
  const int said = int(entry.contains("amount")) + int(entry.contains("unit_amount")) +
                   int(entry.contains("tiers"));
  if (said != 1) {
    mistake("a price needs one of amount, unit_amount and tiers");
    return;
  }
  if (entry.contains("amount") && (!amount || *amount <= 0 || *amount > most_amount))
    mistake("a price's amount must be a positive number of minor units");
  if (entry.contains("unit_amount") && (!unit || *unit == UnitAmount()))
    mistake("a price's unit_amount must be minor units, as a number like 5 or a text like \"0.5\"");
  if (included < 0 || (included > 0 && (tiers != nullptr || price.charge == Charge::flat)))
    mistake("included goes with the amount of a seat or of a meter's unit");
  price.amount.minor = price.charge == Charge::metered ? 0 : amount.value_or(0);
  if (price.charge == Charge::flat && (unit || tiers != nullptr))
    mistake("unit_amount and tiers go with per = \"seat\" or a meter");
  if (tiers != nullptr) {
    price.tiers = read_tiers(*tiers, mistake);
  } else if (price.charge == Charge::metered || included > 0 || unit) {
    const auto whole = UnitAmount::parse(std::to_string(amount.value_or(0)));
    price.tiers = simple_tiers(included, unit ? *unit : whole.value_or(UnitAmount()));
  }
}

void read_tiers_mode(const toml::table& entry, Price& price, const Mistake& mistake) {
  const auto text = entry["tiers_mode"].value<std::string>();
  if (!text) return;
  const auto mode = parse_enum<TiersMode>(*text);
  if (!mode || !entry.contains("tiers"))
    mistake("tiers_mode is \"graduated\" or \"volume\", and goes with tiers");
  price.tiers_mode = mode.value_or(TiersMode::graduated);
}

// Whether it says so soundly.
bool read_charge(const std::string& per, const PriceOwner& owner, Price& price,
                 const Mistake& mistake) {
  if (per.empty()) return true;
  price.charge = per == "seat" ? Charge::seat : Charge::metered;
  if (price.charge == Charge::metered) price.meter = per;
  if (owner.only_flat) {
    mistake("an add-on is bought by the piece; its prices have no per");
  } else if (price.charge == Charge::metered && !owner.meters.contains(per)) {
    mistake(fmt::format("nobody declares the meter \"{}\" that a price is per", per));
  } else {
    return true;
  }
  return false;
}

std::string lookup_key_of(const Price& price, const PriceOwner& owner) {
  std::string what = owner.prefix;
  if (price.charge == Charge::seat) what += "_seat";
  if (price.charge == Charge::metered) what += "_" + price.meter;
  std::ranges::replace(what, '.', '_');
  return fmt::format("freehold_{}_{}_{}_v{}", what, name_of(price.interval),
                     price.amount.currency.code(), owner.version);
}

}  // namespace

std::optional<Price> read_price(const toml::table& entry, const PriceOwner& owner,
                                const Mistake& mistake) {
  refuse_unknown(
      entry,
      {"amount", "currency", "interval", "per", "included", "unit_amount", "tiers", "tiers_mode"},
      mistake);
  Price price;
  const bool counts = read_charge(entry["per"].value_or(std::string()), owner, price, mistake);
  read_amounts(entry, price, mistake);
  read_tiers_mode(entry, price, mistake);
  const auto currency = Currency::parse(entry["currency"].value_or(std::string()));
  const auto interval = parse_enum<Interval>(entry["interval"].value_or(std::string()));
  if (!currency) mistake("a price's currency is not one that Stripe charges in");
  if (!interval) mistake("a price's interval must be month or year");
  if (!currency || !interval || !counts) return {};
  price.amount.currency = *currency;
  price.interval = *interval;
  price.lookup_key = lookup_key_of(price, owner);
  return price;
}

void refuse_unknown(const toml::table& table, const std::set<std::string_view>& known,
                    const Mistake& mistake) {
  for (const auto& [name, node] : table) {
    if (!known.contains(name.str())) mistake(fmt::format("there is no setting \"{}\"", name.str()));
  }
}

}  // namespace freehold::catalog
