#include "catalog/pricing.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <stdexcept>

namespace freehold::catalog {
namespace {

__extension__ using Wide = __int128;

constexpr std::size_t places = 12;
constexpr std::size_t most_digits = 6;

bool is_digits(std::string_view text) {
  return text.find_first_not_of("0123456789") == text.npos;
}

bool has_end(const Tier& tier, std::int64_t quantity) {
  return tier.up_to && quantity > *tier.up_to;
}

// The first tier counts even for nothing: its flat amount is due in any case.
std::int64_t graduated(const std::vector<Tier>& tiers, std::int64_t quantity) {
  std::int64_t sum = 0;
  std::int64_t before = 0;
  for (const Tier& tier : tiers) {
    const std::int64_t end = tier.up_to ? std::min(*tier.up_to, quantity) : quantity;
    sum += tier.flat_amount + tier.unit_amount.times(std::max<std::int64_t>(0, end - before));
    if (!has_end(tier, quantity)) break;
    before = *tier.up_to;
  }
  return sum;
}

std::int64_t volume(const std::vector<Tier>& tiers, std::int64_t quantity) {
  const auto at =
      std::ranges::find_if(tiers, [&](const Tier& tier) { return !has_end(tier, quantity); });
  return at == tiers.end() ? 0 : at->flat_amount + at->unit_amount.times(quantity);
}

}  // namespace

std::optional<UnitAmount> UnitAmount::parse(std::string_view text) {
  const std::size_t point = text.find('.');
  const std::string_view before = text.substr(0, point);
  const std::string_view after = point == text.npos ? "" : text.substr(point + 1);
  if (before.empty() || before.size() > most_digits || after.size() > places) return {};
  if (point != text.npos && after.empty()) return {};
  if (!is_digits(before) || !is_digits(after)) return {};
  std::string digits{before};
  digits += after;
  digits.append(places - after.size(), '0');
  UnitAmount amount;
  for (const char digit : digits) amount.trillionths_ = amount.trillionths_ * 10 + (digit - '0');
  return amount;
}

std::string UnitAmount::text() const {
  std::string text = std::to_string(trillionths_ / whole);
  if (is_whole()) return text;
  text += fmt::format(".{:012}", trillionths_ % whole);
  text.erase(text.find_last_not_of('0') + 1);
  return text;
}

std::int64_t UnitAmount::times(std::int64_t quantity) const {
  const Wide exact = Wide(trillionths_) * quantity;
  const Wide rounded = (exact + whole / 2) / whole;
  if (rounded > std::numeric_limits<std::int64_t>::max())
    throw std::overflow_error("what these units cost is more than a number can hold");
  return std::int64_t(rounded);
}

std::string UnitAmount::format(const Currency& currency) const {
  const std::int64_t minor = trillionths_ / whole;
  std::string text = format_money({minor, currency});
  if (is_whole()) return text;
  if (currency.exponent() == 0) text += '.';
  text += fmt::format("{:012}", trillionths_ % whole);
  text.erase(text.find_last_not_of('0') + 1);
  return text;
}

std::int64_t Price::included() const {
  const bool is_free = !tiers.empty() && tiers.front().up_to &&
                       tiers.front().unit_amount == UnitAmount() && tiers.front().flat_amount == 0;
  return is_free && tiers_mode == TiersMode::graduated ? *tiers.front().up_to : 0;
}

UnitAmount Price::beyond() const {
  for (const Tier& tier : tiers) {
    if (tier.unit_amount != UnitAmount()) return tier.unit_amount;
  }
  return UnitAmount::parse(std::to_string(amount.minor)).value_or(UnitAmount());
}

Money cost_of(const Price& price, std::int64_t quantity) {
  if (price.tiers.empty()) return price.amount * quantity;
  const std::int64_t minor = price.tiers_mode == TiersMode::volume
                                 ? volume(price.tiers, quantity)
                                 : graduated(price.tiers, quantity);
  return {minor, price.amount.currency};
}

}  // namespace freehold::catalog
