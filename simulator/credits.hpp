// The ledger behind credit grants: what came in, what was used, and what is left.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "simulator/state.hpp"

namespace freehold::simulator {

// What a grant still has, and how much of it can be used now.
std::int64_t credit_left(const Record& grant);
std::int64_t credit_available(const State& state, const Record& grant);

// An amount that comes in (type "credit") or goes ("debit"), for Stripe's `reason`, such as
// credits_granted. With a line it is about that. The transaction.
struct CreditMove {
  std::string_view type;
  std::string_view reason;
  std::int64_t amount = 0;
  std::string invoice = {};
  std::string line = {};
};
std::string move_credit(State& state, const std::string& grant, const CreditMove& move);

// Uses the customer's credits for the metered lines of an invoice that is being finalized; whether
// there were any.
bool apply_credits(State& state, Record& invoice);
// A void invoice has used none.
void return_credits(State& state, const std::string& invoice);
// What credits have taken off a line, or off an invoice.
std::int64_t credits_on(const json::array& pretax_credit_amounts);

}  // namespace freehold::simulator
