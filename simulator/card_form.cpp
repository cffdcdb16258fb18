// The form that asks for a card, on the checkout and on the invoice page.
#include <fmt/format.h>

#include <algorithm>

#include "simulator/pages.hpp"

namespace freehold::simulator {

namespace {

std::vector<html::Field> fields_of(const CardForm& form, const http::Fields& values) {
  std::vector<html::Field> fields;
  const auto add = [&](html::Field field) {
    field.value = std::string(values.get(field.name));
    fields.push_back(std::move(field));
  };
  if (form.asks_for_email)
    add({.name = "email", .label = "Email", .kind = "email", .autocomplete = "email"});
  if (form.asks_for_country)
    add({.name = "country", .label = "Country", .autocomplete = "country", .placeholder = "DE"});
  add({.name = "number",
       .label = "Card number",
       .autocomplete = "cc-number",
       .placeholder = "1234 1234 1234 1234",
       .inputmode = "numeric"});
  add({.name = "expiry",
       .label = "Expires",
       .autocomplete = "cc-exp",
       .placeholder = "MM / YY",
       .inputmode = "numeric"});
  add({.name = "cvc",
       .label = "Security code",
       .autocomplete = "cc-csc",
       .placeholder = "123",
       .inputmode = "numeric"});
  if (form.takes_debits) add({.name = "iban", .label = "Or an IBAN to debit", .optional = true});
  add({.name = "name", .label = "Name on card", .autocomplete = "cc-name", .optional = true});
  return fields;
}

json::array test_card_buttons() {
  json::array buttons;
  for (const TestCard& card : test_cards()) {
    std::string spaced;
    for (std::size_t i = 0; i < card.number.size(); i += 4)
      spaced += (spaced.empty() ? "" : " ") + std::string(card.number.substr(i, 4));
    buttons.push_back(
        json::object{{"number", card.number}, {"spaced", spaced}, {"behaviour", card.behaviour}});
  }
  return buttons;
}

// "12 / 30" and "1230" are December 2030.
bool read_expiry(std::string_view text, TypedCard& card) {
  std::string digits;
  std::copy_if(text.begin(), text.end(), std::back_inserter(digits),
               [](char c) { return c >= '0' && c <= '9'; });
  if (digits.size() != 4 && digits.size() != 6) return false;
  card.exp_month = (digits[0] - '0') * 10 + (digits[1] - '0');
  card.exp_year = digits.size() == 4 ? 2000 : 0;
  std::int64_t year = 0;
  for (std::size_t i = 2; i < digits.size(); ++i) year = year * 10 + (digits[i] - '0');
  card.exp_year += year;
  return true;
}

}  // namespace

json::object card_form_model(const CardForm& form, const http::Fields& values,
                             const FieldErrors& errors) {
  json::object model = html::form_model({.id = form.id,
                                         .action = form.action,
                                         .submit = form.submit,
                                         .busy = "Paying…",
                                         .fields = fields_of(form, values),
                                         .errors = errors,
                                         .cancel = form.cancel});
  for (const std::string_view optional : {"field_email", "field_country", "field_iban"})
    if (!model.contains(optional)) model[optional] = nullptr;
  model["test_cards"] = test_card_buttons();
  return model;
}

TypedCard read_card(const http::Fields& form, std::int64_t now, FieldErrors& errors) {
  TypedCard card{.cvc = std::string(form.get("cvc"))};
  if (const std::string_view chosen = form.get("card"); !chosen.empty()) {
    card.number = std::string(chosen);
    card.exp_month = 12;
    card.exp_year = date_of(from_unix_seconds(now)).year + 2;
    card.cvc = "123";
    return card;
  }
  card.number = std::string(form.get("number"));
  if (card.number.empty()) errors.push_back({"number", "Enter a card number."});
  if (!read_expiry(form.get("expiry"), card))
    errors.push_back(
        {"expiry", "Enter the month and year that the card expires, such as 12 / 30."});
  if (card.cvc.empty()) errors.push_back({"cvc", "Enter the security code, such as 123."});
  return card;
}

FieldErrors errors_of(const StripeError& error) {
  std::string field = error.param;
  if (field == "exp_month" || field == "exp_year") field = "expiry";
  const bool of_number = error.type == "card_error" && field.empty();
  return {{of_number ? "number" : field, error.message}};
}

}  // namespace freehold::simulator
