// What a checkout comes to, and what a person may change about it before paying.
#include <fmt/format.h>

#include "simulator/checkout.hpp"
#include "simulator/pricing.hpp"
#include "simulator/taxation.hpp"
#include "simulator/test_clocks.hpp"

namespace freehold::simulator {

namespace {

Record& open_session(State& state, const std::string& id) {
  Record& session = state.store.edit(kind::session, id);
  if (text_of(session.shown, "status") != "open")
    throw StripeError::invalid("This Checkout Session is no longer open.");
  return session;
}

std::vector<Discountable> parts_of(const State& state, const Record& session) {
  std::vector<Discountable> parts;
  for (const json::value& value : array_of(session.hidden, "lines")) {
    const json::object& line = value.get_object();
    const Record& price = *state.store.find(kind::price, text_of(line, "price"));
    const std::int64_t quantity = number_of(line, "quantity", 1);
    parts.push_back({.product = text_of(price.shown, "product"),
                     .amount = is_metered(price.shown) ? 0 : cost_of(price, quantity)});
  }
  return parts;
}

// The discounts are tried out as the subscription will have them, and taken back.
void try_discounts(State& state, const Record& session, std::int64_t subtotal,
                   std::vector<Discountable>& parts) {
  const std::vector<DiscountWanted> wanted = discounts_of(session.shown);
  if (wanted.empty()) return;
  const std::string customer = text_of(session.shown, "customer");
  const Purchase purchase{
      .customer = customer, .subtotal = subtotal, .currency = text_of(session.shown, "currency")};
  state.store.attempt([&] {
    const json::array ids = redeem(state, wanted, {.customer = customer}, {}, purchase);
    take_off(state, ids, parts);
  });
}

TaxBasis basis_of(const Record& session) {
  return {.automatic = text_of(object_of(session.shown, "automatic_tax"), "status") == "complete",
          .rates = array_of(object_of(session.hidden, "subscription"), "tax_rates"),
          .customer = text_of(session.shown, "customer")};
}

void total_line(State& state, const Record& session, const Discountable& part, json::object& line) {
  const std::int64_t discount = total_taken(part.taken);
  const json::array taxes =
      taxes_on(state, basis_of(session), text_of(line, "price"), part.amount - discount);
  line["amount"] = part.amount;
  line["discount"] = discount;
  line["tax_on_top"] = tax_on_top(taxes);
  line["tax"] = tax_on_top(taxes) + tax_included(taxes);
}

std::int64_t sum_of(const json::array& lines, std::string_view member) {
  std::int64_t sum = 0;
  for (const json::value& line : lines) sum += number_of(line.get_object(), member);
  return sum;
}

}  // namespace

std::vector<DiscountWanted> discounts_of(const json::object& session) {
  std::vector<DiscountWanted> wanted;
  for (const json::value& value : array_of(session, "discounts")) {
    const json::object& one = value.get_object();
    const std::string code = text_of(one, "promotion_code");
    // Of a promotion code the coupon is shown too, but it is the code that is redeemed.
    wanted.push_back(
        {.coupon = code.empty() ? text_of(one, "coupon") : "",
         .promotion_code = code,
         .discount = {},
         .path = code.empty() ? "discounts[0][coupon]" : "discounts[0][promotion_code]"});
  }
  return wanted;
}

bool lacks_place(const Record& session) {
  return text_of(object_of(session.shown, "automatic_tax"), "status") == "requires_location_inputs";
}

void total_session(State& state, Record& session) {
  std::vector<Discountable> parts = parts_of(state, session);
  std::int64_t subtotal = 0;
  for (const Discountable& part : parts) subtotal += part.amount;
  try_discounts(state, session, subtotal, parts);
  json::array& lines = session.hidden["lines"].as_array();
  for (std::size_t i = 0; i < parts.size(); ++i)
    total_line(state, session, parts[i], lines[i].get_object());
  // Summed up before anything is added to the object that holds the lines.
  const std::int64_t discount = sum_of(lines, "discount");
  const std::int64_t tax = sum_of(lines, "tax");
  const std::int64_t total = subtotal - discount + sum_of(lines, "tax_on_top");
  session.hidden["subtotal"] = subtotal;
  session.hidden["discount"] = discount;
  session.hidden["tax"] = tax;
  session.hidden["total"] = total;
  const bool trial = first_charge_at(state, session) > state.now;
  session.shown["payment_status"] = trial || total == 0 ? "no_payment_required" : "unpaid";
  session.shown["amount_subtotal"] = trial ? 0 : subtotal;
  session.shown["amount_total"] = trial ? 0 : total;
  json::object& details = session.shown["total_details"].as_object();
  details["amount_discount"] = trial ? 0 : discount;
  details["amount_tax"] = trial ? 0 : tax;
}

void apply_country(State& state, Record& session, const std::string& country) {
  const bool is_code = country.size() == 2 && country[0] >= 'A' && country[0] <= 'Z' &&
                       country[1] >= 'A' && country[1] <= 'Z';
  if (!is_code)
    throw StripeError::invalid("Enter your country's two letters, such as DE.", "country");
  session.hidden["country"] = country;
  session.shown["automatic_tax"].as_object()["status"] = "complete";
  total_session(state, session);
}

void apply_code(State& state, const std::string& id, const std::string& typed) {
  Record& session = open_session(state, id);
  const ClockTime time(state, session);
  if (!flag_of(session.shown, "allow_promotion_codes"))
    throw StripeError::invalid("This checkout takes no promotion codes.", "promotion_code");
  session.shown["discounts"] = json::array{};
  if (!typed.empty()) {
    const Record* code = find_promotion_code(state, typed);
    if (code == nullptr) throw StripeError::invalid("This code is invalid.", "promotion_code");
    const std::string coupon = text_of(object_of(code->shown, "promotion"), "coupon");
    session.shown["discounts"] =
        json::array{json::object{{"coupon", coupon}, {"promotion_code", code->id}}};
  }
  total_session(state, session);
}

void set_quantities(State& state, const std::string& id,
                    const std::map<std::string, std::int64_t>& quantities) {
  Record& session = open_session(state, id);
  const ClockTime time(state, session);
  for (json::value& value : session.hidden["lines"].as_array()) {
    json::object& line = value.get_object();
    const auto wanted = quantities.find(text_of(line, "id"));
    const json::object& bounds = object_of(line, "adjustable");
    if (wanted == quantities.end() || !flag_of(bounds, "enabled")) continue;
    if (wanted->second < number_of(bounds, "minimum") ||
        wanted->second > number_of(bounds, "maximum"))
      throw StripeError::invalid(
          fmt::format("Choose a quantity from {} to {}.", number_of(bounds, "minimum"),
                      number_of(bounds, "maximum")),
          "quantity");
    line["quantity"] = wanted->second;
  }
  total_session(state, session);
}

}  // namespace freehold::simulator
