// What a command leads to: the calls that follow it, what was done before by a call whose answer
// was lost for longer than Stripe keeps keys, and another way when a schedule is in the way.
// Private to this module.
#pragma once

#include "billing/commands.hpp"
#include "core/json_fwd.hpp"

namespace freehold::billing {

// As they are stored: parameters in a list of pairs, because jsonb keeps neither the order nor the
// repetition of an object's names.
json::value frozen(const Params& params);
json::value frozen(const std::vector<Call>& calls);
Params thawed_params(const json::value& pairs);
std::vector<Call> thawed_calls(const std::string& stored);

// Those that follow, the first made complete with what the answer says: a new schedule is told its
// phases.
std::vector<Call> after_answer(const Call& call, const std::string& answer,
                               std::vector<Call> followed);

// Of a refused call: what it would have answered, when Stripe has it so already; nothing: it has
// not. A few days after an answer was lost this is what keeps a second schedule from being made.
// Throws StripeRefusal and StripeAway.
Task<std::optional<json::value>> find_done(Stripe& stripe, const Call& call);

// Of a refused call on a subscription that somebody has given a schedule: letting that go, and the
// same call again, with what follows it. Empty: there is no other way. Throws like `find_done`.
Task<std::vector<Call>> another_way(Stripe& stripe, const Call& call, std::vector<Call> followed);

// Lets a schedule go; the subscription stays as it is.
Call releasing(const std::string& schedule_id);

}  // namespace freehold::billing
