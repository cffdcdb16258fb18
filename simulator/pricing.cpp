#include "simulator/pricing.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "core/money.hpp"

namespace freehold::simulator {

namespace {

// Twelve decimal places of a minor unit, times a quantity, need more than 64 bits.
__extension__ using Wide = __int128;

constexpr int places = 12;
constexpr Wide one = 1'000'000'000'000;

std::optional<Wide> parse_decimal(std::string_view text) {
  const std::size_t point = text.find('.');
  const std::string_view whole = text.substr(0, point);
  std::string digits(whole);
  std::string_view fraction;
  if (point != std::string_view::npos) fraction = text.substr(point + 1);
  if (whole.empty() || whole.size() > 12 || fraction.size() > places ||
      (point != std::string_view::npos && fraction.empty()))
    return std::nullopt;
  digits += fraction;
  digits.append(static_cast<std::size_t>(places) - fraction.size(), '0');
  Wide value = 0;
  for (const char digit : digits) {
    if (digit < '0' || digit > '9') return std::nullopt;
    value = value * 10 + (digit - '0');
  }
  return value;
}

std::int64_t rounded(Wide numerator, Wide denominator) {
  const bool negative = numerator < 0;
  const Wide size = negative ? -numerator : numerator;
  const Wide result = (size + denominator / 2) / denominator;
  return static_cast<std::int64_t>(negative ? -result : result);
}

// "unit_amount" of a price or tier, "flat_amount" of a tier; zero when it is not set.
Wide amount_of(const json::object& from, const std::string& name) {
  return parse_decimal(text_of(from, name + "_decimal")).value_or(0);
}

std::int64_t transformed(const json::object& price, std::int64_t quantity) {
  const json::object& transform = object_of(price, "transform_quantity");
  if (transform.empty()) return quantity;
  const std::int64_t by = number_of(transform, "divide_by");
  const bool up = text_of(transform, "round") == "up";
  return (quantity + (up ? by - 1 : 0)) / by;
}

bool reaches(const json::object& tier, std::int64_t quantity) {
  return !is_set(tier, "up_to") || quantity <= number_of(tier, "up_to");
}

// What one of its fees is for: "unit_amount" or "flat_amount" of the tier.
json::object fee_of(const json::object& price, const json::object& tier, const std::string& name) {
  return {{"currency", price.at("currency")},
          {"unit_amount", tier.at(name)},
          {"unit_amount_decimal", tier.at(name + "_decimal")}};
}

void add_tier(const json::object& price, const json::object& tier, std::int64_t number,
              std::int64_t quantity, std::vector<PricePart>& parts) {
  // The first tier is shown even when nothing was used of it.
  if (quantity > 0 || number == 1)
    parts.push_back({.quantity = quantity,
                     .amount = rounded(amount_of(tier, "unit_amount") * quantity, one),
                     .tier = number,
                     .price = fee_of(price, tier, "unit_amount")});
  if (amount_of(tier, "flat_amount") > 0)
    parts.push_back({.quantity = 1,
                     .amount = rounded(amount_of(tier, "flat_amount"), one),
                     .tier = number,
                     .flat = true,
                     .price = fee_of(price, tier, "flat_amount")});
}

// Graduated: each unit costs what its own tier says, and the first tier's flat fee is due even for
// nothing. Volume: every unit costs what the tier that the whole quantity falls into says.
std::vector<PricePart> tier_parts(const Record& price, std::int64_t quantity) {
  const bool graduated = text_of(price.shown, "tiers_mode") == "graduated";
  std::vector<PricePart> parts;
  std::int64_t below = 0;
  std::int64_t number = 0;
  for (const json::value& value : array_of(price.hidden, "tiers")) {
    const json::object& tier = value.get_object();
    ++number;
    const bool last = reaches(tier, quantity);
    const std::int64_t top = last ? quantity : number_of(tier, "up_to");
    if (graduated) add_tier(price.shown, tier, number, top - below, parts);
    if (!graduated && last) add_tier(price.shown, tier, number, quantity, parts);
    if (last) break;
    below = top;
  }
  return parts;
}

StripeError not_positive(std::string_view path) {
  return StripeError::parameter("parameter_invalid_integer", path,
                                "This value must be greater than or equal to 0.");
}

json::value read_up_to(const Params& tier) {
  if (tier.need_text("up_to") == "inf") return nullptr;
  return tier.need_integer("up_to");
}

json::object read_tier(const Params& params) {
  const auto unit = read_decimal_amount(params, "unit_amount");
  const auto flat = read_decimal_amount(params, "flat_amount");
  if (!unit && !flat)
    throw StripeError::parameter(
        "parameter_missing", params.path_of("unit_amount"),
        fmt::format("Missing required param: {}.", params.path_of("unit_amount")));
  json::object tier;
  set_decimal_amount(tier, "flat_amount", flat);
  set_decimal_amount(tier, "unit_amount", unit);
  tier["up_to"] = read_up_to(params);
  return tier;
}

}  // namespace

std::vector<PricePart> parts_of(const Record& price, std::int64_t quantity) {
  const std::int64_t units = transformed(price.shown, quantity);
  if (!array_of(price.hidden, "tiers").empty()) return tier_parts(price, units);
  return {{.quantity = quantity,
           .amount = rounded(amount_of(price.shown, "unit_amount") * units, one),
           .price = price.shown}};
}

std::int64_t cost_of(const Record& price, std::int64_t quantity) {
  std::int64_t cost = 0;
  for (const PricePart& part : parts_of(price, quantity)) cost += part.amount;
  return cost;
}

std::int64_t share_of(std::int64_t amount, std::int64_t part, std::int64_t whole) {
  return whole <= 0 ? 0 : rounded(static_cast<Wide>(amount) * part, whole);
}

std::optional<std::string> read_decimal_amount(const Params& params, std::string_view name) {
  const std::string decimal = fmt::format("{}_decimal", name);
  const auto amount = params.integer(name);
  auto text = params.text(decimal);
  if (amount && text)
    throw StripeError::invalid(
        fmt::format("You may only specify one of these parameters: {}, {}.", name, decimal),
        params.path_of(name));
  if (amount && *amount < 0) throw not_positive(params.path_of(name));
  if (amount) return std::to_string(*amount);
  if (!text || text->empty()) return std::nullopt;
  if (!parse_decimal(*text))
    throw StripeError::parameter({}, params.path_of(decimal),
                                 fmt::format("Invalid decimal: {}; must be a number with at most "
                                             "12 decimal places.",
                                             *text));
  return text;
}

void set_decimal_amount(json::object& object, std::string_view name,
                        const std::optional<std::string>& amount) {
  const std::string decimal = fmt::format("{}_decimal", name);
  object[name] = nullptr;
  object[decimal] = nullptr;
  if (!amount) return;
  std::string text = *amount;
  if (text.find('.') != std::string::npos) {
    text.erase(text.find_last_not_of('0') + 1);
    if (text.ends_with('.')) text.pop_back();
  }
  object[decimal] = text;
  std::int64_t whole = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), whole);
  if (error == std::errc{} && end == text.data() + text.size()) object[name] = whole;
}

json::array read_tiers(const Params& params) {
  json::array tiers;
  std::int64_t below = 0;
  for (const Params& element : params.groups("tiers")) {
    if (!tiers.empty() && !is_set(tiers.back().get_object(), "up_to"))
      throw StripeError::invalid("Only the last tier can have up_to=inf.",
                                 element.path_of("up_to"));
    json::object tier = read_tier(element);
    if (is_set(tier, "up_to") && number_of(tier, "up_to") <= below)
      throw StripeError::invalid("Each tier's up_to must be greater than that of the tier before.",
                                 element.path_of("up_to"));
    below = number_of(tier, "up_to");
    tiers.push_back(std::move(tier));
  }
  if (tiers.empty())
    throw StripeError::parameter("parameter_missing", "tiers", "Missing required param: tiers.");
  if (is_set(tiers.back().get_object(), "up_to"))
    throw StripeError::invalid("The last tier must have up_to=inf.", "tiers");
  return tiers;
}

json::value read_transform(const Params& params) {
  if (!params.has("transform_quantity")) return nullptr;
  const Params transform = params.group("transform_quantity");
  const std::int64_t by = transform.need_integer("divide_by");
  if (by < 1)
    throw StripeError::invalid("This value must be greater than or equal to 1.",
                               transform.path_of("divide_by"));
  transform.need_text("round");
  return json::object{{"divide_by", by}, {"round", *transform.one_of("round", {"down", "up"})}};
}

bool is_metered(const json::object& price) {
  return text_of(object_of(price, "recurring"), "usage_type") == "metered";
}

std::string unit_text(const json::object& price) {
  const Currency currency = Currency::parse(text_of(price, "currency")).value_or(Currency::usd());
  const std::string decimal = text_of(price, "unit_amount_decimal");
  if (is_set(price, "unit_amount") || decimal.empty())
    return format_money({.minor = number_of(price, "unit_amount"), .currency = currency});
  // Fractions of the smallest coin are written behind the currency's own digits.
  const std::size_t point = decimal.find('.');
  std::int64_t whole = 0;
  std::from_chars(decimal.data(), decimal.data() + point, whole);
  const std::string text = format_money({.minor = whole, .currency = currency});
  const std::string fraction = decimal.substr(point + 1);
  return currency.exponent() == 0 ? text + "." + fraction : text + fraction;
}

}  // namespace freehold::simulator
