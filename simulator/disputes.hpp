// Disputes: a cardholder asks the bank for a payment back. The money goes at once, the account
// answers with evidence, and the bank decides. https://docs.stripe.com/disputes/how-disputes-work
#pragma once

#include <optional>
#include <string>

#include "simulator/params.hpp"
#include "simulator/state.hpp"

namespace freehold::simulator {

json::value list_disputes(State& state, Params& params);
json::value retrieve_dispute(State& state, Params& params);
json::value update_dispute(State& state, Params& params);
json::value close_dispute(State& state, Params& params);

// Controls: the cardholder disputes a charge, or the newest one of a customer that was paid, and
// the bank decides.
json::value dispute_charge(State& state, Params& params);
json::value dispute_customer(State& state, Params& params);
json::value decide_dispute(State& state, Params& params);

// Plans the dispute of a charge by one of the test cards that dispute.
void plan_dispute(const State& state, Record& charge, std::string_view card_number);
std::optional<std::int64_t> charge_due(const Record& charge);
void turn_charge(State& state, const std::string& charge);

// The bank decides what test evidence says, and against an account that never answers.
std::optional<std::int64_t> dispute_due(const Record& dispute);
void turn_dispute(State& state, const std::string& dispute);

// Whether the money of the charge lies with the bank.
bool is_withdrawn(const State& state, const Record& charge);

}  // namespace freehold::simulator
