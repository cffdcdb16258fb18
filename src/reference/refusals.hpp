// What a route refuses because of its words: who may call, what a call costs, what it changes.
// Private to the module.
#pragma once

#include <string_view>
#include <vector>

#include "http/operation.hpp"

namespace freehold::reference {

// Besides those of the operation itself.
std::vector<http::Refusal> usual_refusals(const http::Route& route,
                                          const http::Operation& operation);

// What may come to any request before its address is looked at, and what may always happen.
const std::vector<std::string_view>& refusals_of_any();

bool takes_idempotency_key(const http::Route& route);
bool takes_product_key(const http::Route& route);
bool takes_workspace_key(const http::Route& route);
bool changes_something(const http::Route& route);

}  // namespace freehold::reference
