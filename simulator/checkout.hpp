// Checkout sessions: the hosted page that makes a subscription or saves a card.
// https://docs.stripe.com/api/checkout/sessions
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "simulator/cards.hpp"
#include "simulator/discounts.hpp"
#include "simulator/params.hpp"
#include "simulator/state.hpp"

namespace freehold::simulator {

json::value create_session(State& state, Params& params);
json::value retrieve_session(State& state, Params& params);
json::value list_sessions(State& state, Params& params);
json::value expire_session(State& state, Params& params);
json::value list_session_line_items(State& state, Params& params);

json::object line_items_of(const State& state, const std::string& session);

// Sums the lines, less the discounts, whose conditions must hold, with their taxes.
void total_session(State& state, Record& session);
// Whether it is taxed automatically and nobody knows where the customer is, and saying it: "DE".
bool lacks_place(const Record& session);
void apply_country(State& state, Record& session, const std::string& country);
// What a person changes on the page before paying: the promotion code (empty takes it off) and the
// quantities of adjustable lines, by line id. Throws StripeError for what cannot be.
void apply_code(State& state, const std::string& session, const std::string& code);
void set_quantities(State& state, const std::string& session,
                    const std::map<std::string, std::int64_t>& quantities);
// The discounts of the session, as a new subscription takes them.
std::vector<DiscountWanted> discounts_of(const json::object& session);

// What a person enters on the page. Without a card and an account the session must need none.
struct Payer {
  std::string email;
  std::string name;
  std::optional<TypedCard> card;
  std::string country = {};  // when the session must know it
  std::string iban = {};     // of an account to debit, instead of a card
};
// Pays or saves, and completes the session. Throws the StripeError of a declined card, after which
// nothing is left of the attempt and the session stays open. The URL to go on to.
std::string complete_session(State& state, const std::string& session, const Payer& payer);

// Keeps what was entered while the bank asks, and takes it out again.
void keep_payer(State& state, const std::string& session, const Payer& payer);
Payer kept_payer(const State& state, const std::string& session);

// Whether an account may pay: those are debited in euro.
bool takes_debits(const json::object& session);
// The bank has answered about the debit of this payment intent or invoice; a session that it was
// for says so.
void settle_session(State& state, const std::string& payment, bool paid);

// Where a completed session leads: its success_url with the session's id in it.
std::string return_url(const json::object& session);

// Whether the page must ask for a card.
bool needs_card(const State& state, const Record& session);
// When the card will be charged for the first time: now, the trial's end, or 0 for never.
std::int64_t first_charge_at(const State& state, const Record& session);

std::optional<std::int64_t> session_due(const Record& session);
void expire_now(State& state, const std::string& session);

}  // namespace freehold::simulator
