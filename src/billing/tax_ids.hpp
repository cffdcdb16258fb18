// Tax ids in Stripe's words, and whether a number has the form of its kind. A form is not the
// truth: whether a number exists is for Stripe to find out.
// https://docs.stripe.com/billing/customer/tax-ids Private to this module.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace freehold::billing {

struct TaxIdKind {
  std::string_view type;   // Stripe's word: eu_vat
  std::string_view forms;  // each kind of digit, letter and sign, by "|"; empty: no form is known
};
// Those that a person may choose, sorted.
std::span<const TaxIdKind> tax_id_kinds();
const TaxIdKind* find_tax_id_kind(std::string_view type);

// The number as its kind writes it: in capitals, without blanks, with its own signs. Nothing: it
// does not have the form.
std::optional<std::string> tidy_tax_id(const TaxIdKind& kind, std::string_view value);
// "DE123456789": what one looks like, for a hint. `given`: what was typed, whose country counts.
std::string example_of(const TaxIdKind& kind, std::string_view given = {});

}  // namespace freehold::billing
