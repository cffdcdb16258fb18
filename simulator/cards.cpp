#include "simulator/cards.hpp"

#include <algorithm>
#include <array>

#include "core/time.hpp"

namespace freehold::simulator {

namespace {

constexpr std::array cards = {
    TestCard{"4242424242424242", "visa", "Pays", "pm_card_visa tok_visa", ""},
    TestCard{"5555555555554444", "mastercard", "Pays", "pm_card_mastercard tok_mastercard", ""},
    TestCard{"378282246310005", "amex", "Pays", "pm_card_amex tok_amex", ""},
    TestCard{"4000000000000002", "visa", "Declines",
             "pm_card_visa_chargeDeclined pm_card_chargeDeclined tok_visa_chargeDeclined "
             "tok_chargeDeclined",
             "generic_decline", false},
    TestCard{"4000000000009995", "visa", "Declines: insufficient funds",
             "pm_card_visa_chargeDeclinedInsufficientFunds pm_card_chargeDeclinedInsufficientFunds "
             "tok_visa_chargeDeclinedInsufficientFunds",
             "insufficient_funds", false},
    TestCard{"4000000000009987", "visa", "Declines: lost card",
             "pm_card_visa_chargeDeclinedLostCard tok_visa_chargeDeclinedLostCard", "lost_card",
             false},
    TestCard{"4000000000009979", "visa", "Declines: stolen card",
             "pm_card_visa_chargeDeclinedStolenCard tok_visa_chargeDeclinedStolenCard",
             "stolen_card", false},
    TestCard{"4000000000000069", "visa", "Declines: expired card",
             "pm_card_chargeDeclinedExpiredCard tok_chargeDeclinedExpiredCard", "expired_card",
             false},
    TestCard{"4000000000000127", "visa", "Declines: wrong security code",
             "pm_card_chargeDeclinedIncorrectCvc tok_chargeDeclinedIncorrectCvc", "incorrect_cvc",
             false},
    TestCard{"4000000000000119", "visa", "Declines: processing error",
             "pm_card_chargeDeclinedProcessingError tok_chargeDeclinedProcessingError",
             "processing_error", false},
    TestCard{"4000000000000341", "visa", "Can be saved, then every charge declines",
             "pm_card_chargeCustomerFail tok_chargeCustomerFail", "generic_decline", true},
    TestCard{"4000000000005126", "visa", "Pays; a refund fails later",
             "pm_card_refundFail tok_refundFail", ""},
    TestCard{"4000000000000259", "visa", "Pays; the payment is disputed as fraud",
             "pm_card_createDispute tok_createDispute", ""},
    TestCard{"4000000000002685", "visa", "Pays; the payment is disputed as not received",
             "pm_card_createDisputeProductNotReceived tok_createDisputeProductNotReceived", ""},
    TestCard{"4000000000001976", "visa", "Pays; the bank inquires after the payment",
             "pm_card_createDisputeInquiry tok_createDisputeInquiry", ""},
    TestCard{"4000002500003155", "visa", "Asks for 3-D Secure until it is set up",
             "pm_card_authenticationRequiredOnSetup tok_threeDSecureRequiredOnSetup", "", true,
             Challenge::until_set_up},
    TestCard{"4000002760003184", "visa", "Asks for 3-D Secure every time",
             "pm_card_authenticationRequired tok_threeDSecureRequired", "", true,
             Challenge::always},
};

constexpr std::array declines = {
    Decline{"card_declined", "generic_decline", "Your card was declined."},
    Decline{"card_declined", "insufficient_funds", "Your card has insufficient funds."},
    Decline{"card_declined", "lost_card", "Your card was declined.", true},
    Decline{"card_declined", "stolen_card", "Your card was declined.", true},
    Decline{"expired_card", "expired_card", "Your card has expired."},
    Decline{"incorrect_cvc", "incorrect_cvc", "Your card's security code is incorrect."},
    Decline{"processing_error", "processing_error",
            "An error occurred while processing your card. Try again in a little bit."},
    Decline{"authentication_required", "authentication_required",
            "Your card was declined. This transaction requires authentication.", true},
};

// Cards with other ways of 3-D Secure.
constexpr std::array<std::string_view, 3> authentication_cards = {
    "4000008260003178", "4000000000003220", "4000000000003063"};

bool has_token(const TestCard& card, std::string_view token) {
  std::string_view rest = card.tokens;
  while (!rest.empty()) {
    const std::size_t end = rest.find(' ');
    if (rest.substr(0, end) == token) return true;
    rest = end == std::string_view::npos ? std::string_view{} : rest.substr(end + 1);
  }
  return false;
}

// The check digit of ISO/IEC 7812 (Luhn).
bool is_card_number(std::string_view digits) {
  if (digits.size() < 12 || digits.size() > 19) return false;
  int sum = 0;
  bool doubled = false;
  for (std::size_t i = digits.size(); i-- > 0; doubled = !doubled) {
    if (digits[i] < '0' || digits[i] > '9') return false;
    const int digit = (digits[i] - '0') * (doubled ? 2 : 1);
    sum += digit > 9 ? digit - 9 : digit;
  }
  return sum % 10 == 0;
}

StripeError typing_error(std::string_view code, std::string_view param, std::string message) {
  StripeError error{402, "card_error", std::move(message)};
  error.code = code;
  error.param = param;
  return error;
}

void check_expiry(const TypedCard& typed, std::int64_t now) {
  if (typed.exp_month < 1 || typed.exp_month > 12)
    throw typing_error("invalid_expiry_month", "exp_month",
                       "Your card's expiration month is invalid.");
  const Date today = date_of(from_unix_seconds(now));
  const bool past = typed.exp_year < today.year ||
                    (typed.exp_year == today.year && typed.exp_month < today.month);
  if (past || typed.exp_year > today.year + 50)
    throw typing_error("invalid_expiry_year", "exp_year",
                       "Your card's expiration year is invalid.");
}

void check_cvc(const std::string& cvc) {
  const bool digits =
      std::all_of(cvc.begin(), cvc.end(), [](char c) { return c >= '0' && c <= '9'; });
  if (!cvc.empty() && (!digits || cvc.size() < 3 || cvc.size() > 4))
    throw typing_error("invalid_cvc", "cvc", "Your card's security code is invalid.");
}

}  // namespace

std::span<const TestCard> test_cards() {
  return cards;
}

const TestCard* find_card(std::string_view number) {
  const auto found = std::find_if(cards.begin(), cards.end(),
                                  [&](const TestCard& card) { return card.number == number; });
  return found == cards.end() ? nullptr : &*found;
}

const TestCard* find_card_by_token(std::string_view token) {
  const auto found = std::find_if(cards.begin(), cards.end(),
                                  [&](const TestCard& card) { return has_token(card, token); });
  return found == cards.end() ? nullptr : &*found;
}

std::optional<Decline> find_decline(std::string_view decline_code) {
  if (decline_code.empty()) return std::nullopt;
  const auto found = std::find_if(declines.begin(), declines.end(), [&](const Decline& decline) {
    return decline.decline_code == decline_code;
  });
  return found == declines.end() ? declines.front() : *found;
}

StripeError card_error(const Decline& decline) {
  StripeError error{402, "card_error", std::string(decline.message)};
  error.code = decline.code;
  error.decline_code = decline.decline_code;
  return error;
}

const TestCard& check_card(const TypedCard& typed, std::int64_t now) {
  std::string digits;
  std::copy_if(typed.number.begin(), typed.number.end(), std::back_inserter(digits),
               [](char c) { return c != ' '; });
  if (!is_card_number(digits))
    throw typing_error("incorrect_number", "number", "Your card number is incorrect.");
  check_expiry(typed, now);
  check_cvc(typed.cvc);

  const auto authentication =
      std::find(authentication_cards.begin(), authentication_cards.end(), digits);
  if (authentication != authentication_cards.end())
    throw StripeError::invalid("The simulator does not simulate this card's way of 3-D Secure yet.",
                               "card[number]");
  const TestCard* card = find_card(digits);
  if (card == nullptr) {
    StripeError error = card_error(
        {"card_declined", "test_mode_live_card",
         "Your card was declined. Your request was in test mode, but used a non test card. For a "
         "list of valid test cards, visit: https://stripe.com/docs/testing."});
    throw error;
  }
  return *card;
}

}  // namespace freehold::simulator
