// Billing credits: money that was paid or given before, for what is metered. They are taken off
// when an invoice is finalized, after its discounts and before its taxes.
// https://docs.stripe.com/billing/subscriptions/usage-based/billing-credits
#pragma once

#include <optional>

#include "simulator/params.hpp"
#include "simulator/state.hpp"

namespace freehold::simulator {

json::value create_credit_grant(State& state, Params& params);
json::value retrieve_credit_grant(State& state, Params& params);
json::value update_credit_grant(State& state, Params& params);
json::value expire_credit_grant(State& state, Params& params);
json::value void_credit_grant(State& state, Params& params);
json::value list_credit_grants(State& state, Params& params);

json::value retrieve_credit_summary(State& state, Params& params);
json::value retrieve_credit_transaction(State& state, Params& params);
json::value list_credit_transactions(State& state, Params& params);

// When what is left expires, and that.
std::optional<std::int64_t> credit_grant_due(const Record& grant);
void turn_credit_grant(State& state, const std::string& grant);

}  // namespace freehold::simulator
