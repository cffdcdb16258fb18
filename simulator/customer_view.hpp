// One customer as the dashboard shows it.
#pragma once

#include "simulator/state.hpp"

namespace freehold::simulator {

// A row of the list: name, subscription, card, what happens next.
json::object customer_row(const State& state, const Record& customer);
// The customer's own page, with invoices and the events of its life.
json::object customer_page(const State& state, const Record& customer);

}  // namespace freehold::simulator
