// Invoice items: amounts that wait for the next invoice of a customer or subscription; prorations
// are such items. https://docs.stripe.com/api/invoiceitems
#pragma once

#include "simulator/invoice_lines.hpp"
#include "simulator/params.hpp"
#include "simulator/state.hpp"

namespace freehold::simulator {

json::value create_invoice_item(State& state, Params& params);
json::value retrieve_invoice_item(State& state, Params& params);
json::value update_invoice_item(State& state, Params& params);
json::value delete_invoice_item(State& state, Params& params);
json::value list_invoice_items(State& state, Params& params);

// What a change of a subscription costs or gives back for the rest of a period.
struct Proration {
  std::string subscription;
  std::string item;
  std::string price;
  std::int64_t quantity = 1;
  std::int64_t amount = 0;  // negative: unused time
  std::string description;
  Span period;
};
void add_proration(State& state, const Proration& proration);
// Metered use of an item that is taken off its subscription.
void add_last_usage(State& state, const json::object& subscription, const json::object& item,
                    const Span& span);

// Puts the items that wait for the owner (blank_invoice), or for any invoice of its customer, on
// `invoice` and gives their lines.
json::array take_waiting_items(State& state, const json::object& owner, const std::string& invoice);
// The ids of the items that wait, and putting them back off a void invoice.
json::array waiting_items(const State& state, const std::string& subscription);
void let_wait_again(State& state, const json::array& items);
// Those of a subscription that is canceled without a last invoice.
void drop_waiting_prorations(State& state, const std::string& subscription);

}  // namespace freehold::simulator
