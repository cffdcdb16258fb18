// Products. https://docs.stripe.com/api/products
#pragma once

#include "simulator/params.hpp"
#include "simulator/state.hpp"

namespace freehold::simulator {

json::value create_product(State& state, Params& params);
json::value retrieve_product(State& state, Params& params);
json::value update_product(State& state, Params& params);
json::value delete_product(State& state, Params& params);
json::value list_products(State& state, Params& params);

// A product from a name alone, as product_data[name] of a price makes it.
std::string add_product(State& state, const std::string& id, const std::string& name);

}  // namespace freehold::simulator
