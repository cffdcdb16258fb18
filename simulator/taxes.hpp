// Taxes as far as an account decides them itself: rates that are put on subscriptions, tax ids of
// customers, and the place that automatic tax needs to know. No tax law is simulated.
// https://docs.stripe.com/api/tax_rates, https://docs.stripe.com/api/tax_ids
#pragma once

#include <optional>

#include "simulator/params.hpp"
#include "simulator/state.hpp"

namespace freehold::simulator {

json::value create_tax_rate(State& state, Params& params);
json::value retrieve_tax_rate(State& state, Params& params);
json::value update_tax_rate(State& state, Params& params);
json::value list_tax_rates(State& state, Params& params);

json::value create_tax_id(State& state, Params& params);
json::value retrieve_tax_id(State& state, Params& params);
json::value list_tax_ids(State& state, Params& params);
json::value delete_tax_id(State& state, Params& params);
// tax_id_data of a new customer.
void read_tax_ids(State& state, const Params& params, const std::string& customer);
// As an invoice keeps them.
json::array tax_ids_of(const State& state, const std::string& customer);
// A tax id of the European Union and some others is verified after it was given.
std::optional<std::int64_t> tax_id_due(const Record& tax_id);
void turn_tax_id(State& state, const std::string& tax_id);

// default_tax_rates[] of a call; nothing when it was not sent.
std::optional<json::array> read_tax_rates(const State& state, const Params& params);
// Taxes each line of the invoice by its default rates, and sums them up. What is due on top of the
// prices, in minor units.
std::int64_t tax_lines(const State& state, json::object& invoice);

// automatic_tax[enabled] of a subscription, which is refused without the customer's country.
void read_automatic_tax(const State& state, const Params& params, json::object& subscription);
// Whether the invoice must be taxed and nobody knows where.
bool lacks_tax_location(const State& state, const json::object& invoice);

}  // namespace freehold::simulator
