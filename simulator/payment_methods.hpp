// Payment methods: cards and SEPA direct debits, made from test numbers and test tokens.
// https://docs.stripe.com/api/payment_methods
#pragma once

#include <optional>

#include "simulator/cards.hpp"
#include "simulator/params.hpp"
#include "simulator/state.hpp"

namespace freehold::simulator {

json::value create_payment_method(State& state, Params& params);
json::value retrieve_payment_method(State& state, Params& params);
json::value list_payment_methods(State& state, Params& params);
json::value attach_payment_method(State& state, Params& params);
json::value detach_payment_method(State& state, Params& params);
json::value list_customer_payment_methods(State& state, Params& params);

// A card that somebody typed into a hosted page. Throws the 402 of a card that is none.
std::string add_card(State& state, const TypedCard& typed, json::object billing_details);
// An account by its IBAN, as the page takes it. Throws the 400 of one that is none.
std::string add_account(State& state, const std::string& iban, json::object billing_details);

// The payment method that a parameter names: an id, or a test token such as pm_card_visa, of which
// a new one is made.
std::string take_payment_method(State& state, const std::string& id_or_token,
                                std::string_view path);
// Gives it to a customer. Throws the 402 of a card that declines already then.
void attach(State& state, const std::string& id, const std::string& customer);
// Throws unless the payment method is attached to the customer.
void attached_payment_method(const State& state, const std::string& id, const std::string& customer,
                             const std::string& path);

// Why the bank refuses to have it saved, if it does.
std::optional<Decline> refusal_of(const Record& payment_method);
// Why a charge of this card fails now, if it does.
std::optional<Decline> decline_of(const State& state, const std::string& payment_method);

}  // namespace freehold::simulator
