// Checkout sessions: the hosted page that makes a subscription or saves a card.
// https://docs.stripe.com/api/checkout/sessions
#pragma once

#include <optional>
#include <string>

#include "simulator/cards.hpp"
#include "simulator/params.hpp"
#include "simulator/state.hpp"

namespace freehold::simulator {

json::value create_session(State& state, Params& params);
json::value retrieve_session(State& state, Params& params);
json::value list_sessions(State& state, Params& params);
json::value expire_session(State& state, Params& params);
json::value list_session_line_items(State& state, Params& params);

json::object line_items_of(const State& state, const std::string& session);

// What a person enters on the page. Without a card the session must not need one.
struct Payer {
  std::string email;
  std::string name;
  std::optional<TypedCard> card;
};
// Pays or saves, and completes the session. Throws the StripeError of a declined card, after which
// nothing is left of the attempt and the session stays open. The URL to go on to.
std::string complete_session(State& state, const std::string& session, const Payer& payer);

// Where a completed session leads: its success_url with the session's id in it.
std::string return_url(const json::object& session);

// Whether the page must ask for a card.
bool needs_card(const State& state, const Record& session);
// When the card will be charged for the first time: now, the trial's end, or 0 for never.
std::int64_t first_charge_at(const State& state, const Record& session);

std::optional<std::int64_t> session_due(const Record& session);
void expire_now(State& state, const std::string& session);

}  // namespace freehold::simulator
