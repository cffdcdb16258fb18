// Stripe's test cards: numbers that pay, decline, or attach and decline later, and the tokens that
// stand for them. https://docs.stripe.com/testing
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "simulator/stripe_error.hpp"

namespace freehold::simulator {

// https://docs.stripe.com/declines/codes
struct Decline {
  std::string_view code;          // of the error: card_declined, expired_card, …
  std::string_view decline_code;  // the issuer's reason
  std::string_view message;
  bool hard = false;  // the issuer will never accept it: a retry with the same card is not made
};

// When the bank asks its customer before it pays (3-D Secure).
enum class Challenge { never, until_set_up, always };

struct TestCard {
  std::string_view number;
  std::string_view brand;
  std::string_view behaviour;     // for people: "Pays"
  std::string_view tokens;        // separated by spaces; pm_card_… and tok_…
  std::string_view decline_code;  // empty: pays
  bool attaches = true;           // false: already refused when it is saved
  Challenge challenge = Challenge::never;
};

std::span<const TestCard> test_cards();
const TestCard* find_card(std::string_view number);
const TestCard* find_card_by_token(std::string_view token);
// Nothing for an empty code. `generic_decline` for one that is not known.
std::optional<Decline> find_decline(std::string_view decline_code);

// The 402 that a declined card gets. https://docs.stripe.com/error-handling#payment-errors
StripeError card_error(const Decline& decline);

// A card as it was typed. Throws the 402 that Stripe sends for a number that is none, an expiry in
// the past, a security code that is none, and cards of what is not simulated.
struct TypedCard {
  std::string number = {};  // digits; spaces are ignored
  std::int64_t exp_month = 0;
  std::int64_t exp_year = 0;  // 2030
  std::string cvc = {};       // may be empty
};
const TestCard& check_card(const TypedCard& typed, std::int64_t now);

}  // namespace freehold::simulator
