// A customer's balance: credit below zero, debt above it, set against the next invoices.
// https://docs.stripe.com/billing/customer/balance
#pragma once

#include "simulator/params.hpp"
#include "simulator/state.hpp"

namespace freehold::simulator {

json::value create_balance_transaction(State& state, Params& params);
json::value retrieve_balance_transaction(State& state, Params& params);
json::value update_balance_transaction(State& state, Params& params);
json::value list_balance_transactions(State& state, Params& params);

// Why a balance changes, in Stripe's words: applied_to_invoice, credit_note, adjustment, ….
struct BalanceChange {
  std::string customer;
  std::int64_t amount = 0;
  std::string currency;
  std::string type;
  std::string invoice = {};
  std::string credit_note = {};
  std::string description = {};
};
std::string change_balance(State& state, const BalanceChange& change);

// Uses the balance for an invoice that is being finalized; what the total leaves over is credit.
void settle_with_balance(State& state, const std::string& invoice);
// Gives back what a void invoice had used.
void return_to_balance(State& state, const std::string& invoice);

}  // namespace freehold::simulator
