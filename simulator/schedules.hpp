// Subscription schedules: what a subscription will be, phase by phase.
// https://docs.stripe.com/api/subscription_schedules,
// https://docs.stripe.com/billing/subscriptions/subscription-schedules
#pragma once

#include <optional>

#include "simulator/params.hpp"
#include "simulator/state.hpp"

namespace freehold::simulator {

json::value create_schedule(State& state, Params& params);
json::value retrieve_schedule(State& state, Params& params);
json::value update_schedule(State& state, Params& params);
json::value list_schedules(State& state, Params& params);
json::value cancel_schedule(State& state, Params& params);
json::value release_schedule(State& state, Params& params);

// Begins its first or next phase now, or ends.
void next_phase(State& state, const std::string& schedule);
// Makes the subscription what the current phase says.
void apply_phase(State& state, Record& schedule, const std::string& proration);
// Leaves the subscription as it is, and alone from now on.
void release(State& state, const std::string& schedule);

// The subscription has ended for `reason`: so has its schedule.
void subscription_ended(State& state, const std::string& subscription, std::string_view reason);
// The subscription's items were changed by hand: the current phase says the same from now on.
void subscription_changed(State& state, const std::string& subscription);
// Throws StripeError for an act that a schedule forbids; `what` is its name in the sentence.
void refuse_scheduled(const json::object& subscription, std::string_view what,
                      std::string_view path);

// What the clock has to do: begin, go on to the next phase, or say that it ends in a week.
std::optional<std::int64_t> schedule_due(const Record& schedule);
void turn_schedule(State& state, const std::string& schedule);
// The schedule of a subscription whose phase ends now; empty when there is none.
std::string schedule_to_turn(const State& state, const json::object& subscription);

}  // namespace freehold::simulator
