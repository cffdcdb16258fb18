// SEPA direct debits: payments that are under way for a while before the bank says whether they
// succeed. https://docs.stripe.com/payments/sepa-debit
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "simulator/cards.hpp"
#include "simulator/params.hpp"
#include "simulator/state.hpp"

namespace freehold::simulator {

// A test account: what comes of a debit, and after how long.
struct TestDebit {
  std::string_view iban;
  std::string_view token;  // pm_success_de
  std::int64_t delay = 0;  // seconds; 0: when the next call is answered
  bool refused = false;
};
const TestDebit* find_debit(std::string_view iban);
const TestDebit* find_debit_by_token(std::string_view token);

// The test account of an IBAN that was given as the parameter `path`, or StripeError 400.
const TestDebit& check_iban(std::string iban, std::string_view path);
// What a payment method shows of it.
json::object debit_object(const TestDebit& debit);
// mandate_data: that the customer has agreed. Nobody here asks to what.
void read_mandate(const Params& params);

bool is_debit(const Record& payment_method);

// Only euro are debited.
std::optional<Decline> refusal_to_debit(const State& state, const std::string& payment_intent);
// Begins to debit: the payment intent is processing.
void begin_debit(State& state, const std::string& payment_intent,
                 const std::string& payment_method);
bool is_under_way(const State& state, const std::string& payment_intent);

// When the bank answers, and its answer.
std::optional<std::int64_t> debit_due(const Record& payment_intent);
void turn_debit(State& state, const std::string& payment_intent);

}  // namespace freehold::simulator
