// Tax rates that an account puts on subscriptions, and tax ids of customers. taxation.hpp has what
// follows from them.
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

// "19.5" as ten-thousandths of a percent; at most 100 percent.
std::int64_t read_percentage(const Params& params, std::string_view name);
json::value shown_percentage(std::int64_t ten_thousandths);
// default_tax_rates[], tax_rates[] of a call; nothing when it was not sent.
std::optional<json::array> read_tax_rates(const State& state, const Params& params,
                                          std::string_view name = "default_tax_rates");
// The rate of automatic tax, made when it is first needed. Like Stripe's own it is not active.
const Record& automatic_rate(State& state, std::int64_t percentage, bool inclusive);

}  // namespace freehold::simulator
