// The table of what can be called: Stripe's paths under /v1, and the controls under /_sim.
#pragma once

#include <set>
#include <span>
#include <string_view>

#include "simulator/params.hpp"
#include "simulator/state.hpp"

namespace freehold::simulator {

struct Endpoint {
  std::string_view method;
  std::string_view path;  // "/v1/customers/{id}"
  json::value (*handle)(State&, Params&);
  // Every parameter that Stripe has there, simulated or not: first names, separated by spaces.
  std::string_view parameters = "";
};

std::span<const Endpoint> endpoints();

// The endpoint of a path; fills `ids` with its placeholders.
const Endpoint* find_endpoint(std::string_view method, std::string_view path, Params::PathIds& ids);

std::set<std::string, std::less<>> parameters_of(const Endpoint& endpoint);

}  // namespace freehold::simulator
