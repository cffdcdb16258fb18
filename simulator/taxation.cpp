#include "simulator/taxation.hpp"

#include "simulator/credits.hpp"
#include "simulator/discounts.hpp"
#include "simulator/pricing.hpp"
#include "simulator/settings.hpp"
#include "simulator/taxes.hpp"

namespace freehold::simulator {

namespace {

constexpr std::int64_t whole = 1'000'000;  // 100 percent, in ten-thousandths of a percent

// Why nothing is collected from a customer who is exempt; empty for the others.
// https://docs.stripe.com/tax/zero-tax
std::string_view exemption_of(const State& state, const std::string& customer) {
  const Record* record = state.store.find(kind::customer, customer);
  if (record == nullptr) return "";
  const std::string exempt = text_of(record->shown, "tax_exempt");
  if (exempt == "exempt") return "customer_exempt";
  return exempt == "reverse" ? "reverse_charge" : "";
}

json::object tax_of(const Record& rate, std::int64_t taxable, std::string_view exemption) {
  const std::int64_t part = exemption.empty() ? number_of(rate.hidden, "ten_thousandths") : 0;
  const bool inclusive = flag_of(rate.shown, "inclusive");
  // Of an inclusive price the tax is a part of the price itself.
  const std::int64_t amount = share_of(taxable, part, inclusive ? whole + part : whole);
  std::string_view reason = exemption;
  if (exemption.empty()) reason = part == 0 ? "zero_rated" : "standard_rated";
  return {{"amount", amount},
          {"tax_behavior", inclusive ? "inclusive" : "exclusive"},
          {"tax_rate_details", json::object{{"tax_rate", rate.id}}},
          {"taxability_reason", reason},
          {"taxable_amount", inclusive ? taxable - amount : taxable},
          {"type", "tax_rate_details"}};
}

bool is_inclusive(const State& state, const std::string& price) {
  const Record* record = state.store.find(kind::price, price);
  return record != nullptr && text_of(record->shown, "tax_behavior") == "inclusive";
}

std::int64_t sum_by_behavior(const json::array& taxes, std::string_view behavior) {
  std::int64_t sum = 0;
  for (const json::value& tax : taxes)
    if (text_of(tax.get_object(), "tax_behavior") == behavior)
      sum += number_of(tax.get_object(), "amount");
  return sum;
}

void add_tax(json::array& sums, const json::object& tax) {
  for (json::value& value : sums) {
    json::object& sum = value.get_object();
    if (sum.at("tax_rate_details") != tax.at("tax_rate_details")) continue;
    for (const std::string_view name : {"amount", "taxable_amount"})
      sum[name] = number_of(sum, name) + number_of(tax, name);
    return;
  }
  sums.push_back(tax);
}

bool is_automatic(const json::object& taxed) {
  return flag_of(object_of(taxed, "automatic_tax"), "enabled");
}

std::string price_of(const json::object& line) {
  return text_of(object_of(object_of(line, "pricing"), "price_details"), "price");
}

}  // namespace

json::array taxes_on(State& state, const TaxBasis& basis, const std::string& price,
                     std::int64_t taxable) {
  json::array taxes;
  const std::string_view exemption = exemption_of(state, basis.customer);
  const auto add = [&](const Record& rate) { taxes.push_back(tax_of(rate, taxable, exemption)); };
  if (!basis.automatic)
    for (const json::value& rate : basis.rates)
      add(*state.store.find(kind::tax_rate, text_of(rate.get_object(), "id")));
  else if (const std::int64_t percentage = settings_of(state).automatic_tax; percentage > 0)
    add(automatic_rate(state, percentage, is_inclusive(state, price)));
  return taxes;
}

std::int64_t tax_on_top(const json::array& taxes) {
  return sum_by_behavior(taxes, "exclusive");
}

std::int64_t tax_included(const json::array& taxes) {
  return sum_by_behavior(taxes, "inclusive");
}

void add_taxes(json::array& sums, const json::array& taxes) {
  for (const json::value& tax : taxes) add_tax(sums, tax.get_object());
}

std::int64_t tax_lines(State& state, json::object& invoice) {
  const std::string customer = text_of(invoice, "customer");
  const TaxBasis basis{.automatic = is_automatic(invoice) && knows_place(state, customer),
                       .rates = array_of(invoice, "default_tax_rates"),
                       .customer = customer};
  json::array sums;
  for (json::value& value : invoice["lines"].as_object()["data"].as_array()) {
    json::object& line = value.get_object();
    const std::int64_t taxable = number_of(line, "amount") -
                                 total_taken(array_of(line, "discount_amounts")) -
                                 credits_on(array_of(line, "pretax_credit_amounts"));
    json::array taxes = taxes_on(state, basis, price_of(line), taxable);
    add_taxes(sums, taxes);
    line["taxes"] = std::move(taxes);
  }
  const std::int64_t on_top = tax_on_top(sums);
  invoice["total_taxes"] = std::move(sums);
  return on_top;
}

bool knows_place(const State& state, const std::string& customer) {
  const Record* record = state.store.find(kind::customer, customer);
  return record != nullptr && is_set(object_of(record->shown, "address"), "country");
}

void read_automatic_tax(const State& state, const Params& params, json::object& subscription) {
  const auto enabled = params.group("automatic_tax").boolean("enabled");
  if (!enabled) return;
  if (*enabled && !knows_place(state, text_of(subscription, "customer")))
    throw StripeError::invalid(
        "The customer's location isn't recognized. Set a valid customer address in order to "
        "automatically calculate tax.",
        "automatic_tax", "customer_tax_location_invalid");
  subscription["automatic_tax"].as_object()["enabled"] = *enabled;
  subscription["automatic_tax"].as_object()["liability"] =
      *enabled ? json::value(json::object{{"type", "self"}}) : json::value(nullptr);
}

bool lacks_tax_location(const State& state, const json::object& invoice) {
  return is_automatic(invoice) && !knows_place(state, text_of(invoice, "customer"));
}

}  // namespace freehold::simulator
