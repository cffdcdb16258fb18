// Webhooks: which endpoint is told of which event, when, and with which signature.
//
// Each endpoint has a queue and one attempt under way at a time. Stripe retries for up to three
// days; here the first five attempts (at once, then after 1 s, 5 s, 30 s and 2 min) wait on the
// machine's clock, so that a product which restarts gets its events although somebody advances a
// month meanwhile, and nine more over three days wait on the simulator's clock.
// https://docs.stripe.com/webhooks
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "simulator/params.hpp"
#include "simulator/state.hpp"

namespace freehold::simulator {

// Queues an event for the endpoints that want its type, as the webhook plan has it.
void queue_deliveries(State& state, const std::string& event_id, std::string_view type);

// The attempts to be made now, at most one per endpoint; `taken` are under way.
std::vector<Delivery> due_deliveries(const State& state, const std::set<std::string>& taken);
// The machine's time, in microseconds, at which the next one is due.
std::optional<std::int64_t> next_delivery_at(const State& state,
                                             const std::set<std::string>& taken);
void record_outcome(State& state, const std::string& delivery_id, const Outcome& outcome);

// Ends the deliveries to an endpoint that is no more.
void cancel_deliveries(State& state, const std::string& endpoint_id);
// Whether an endpoint has yet to acknowledge the event.
bool awaits_delivery(const State& state, const std::string& event_id);

// "t=1790000000,v1=…,v1=…": one v1 per secret, HMAC-SHA-256 over "<t>.<body>" with the whole
// "whsec_…" as key. https://docs.stripe.com/webhooks/signature
std::string signature_header(std::int64_t timestamp, std::string_view body,
                             const std::vector<std::string>& secrets);

// The chaos switch under /_sim/webhooks: see docs/simulator.md.
json::value show_webhook_plan(State& state, Params& params);
json::value set_webhook_plan(State& state, Params& params);
json::value release_webhooks(State& state, Params& params);
json::value list_deliveries(State& state, Params& params);

}  // namespace freehold::simulator
