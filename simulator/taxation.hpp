// What is taxed, and by how much: by the rates that an account put on it, or by automatic tax,
// which here is one percentage wherever the customer is. No tax law is simulated.
// https://docs.stripe.com/tax
#pragma once

#include "simulator/params.hpp"
#include "simulator/state.hpp"

namespace freehold::simulator {

// What decides about a tax beside the price.
struct TaxBasis {
  bool automatic = false;     // and the place is known
  json::array rates = {};     // else these, as objects with their ids
  std::string customer = {};  // who may be exempt
};
// The taxes on `taxable` of a price (empty: of none), as lines of invoices and credit notes show
// them.
json::array taxes_on(State& state, const TaxBasis& basis, const std::string& price,
                     std::int64_t taxable);
// The part of them that comes on top of the price, and the part that is in it.
std::int64_t tax_on_top(const json::array& taxes);
std::int64_t tax_included(const json::array& taxes);
// Adds a line's taxes to the sums by rate.
void add_taxes(json::array& sums, const json::array& taxes);

// Taxes each line of the invoice, and sums them up. What is due on top of the prices.
std::int64_t tax_lines(State& state, json::object& invoice);

// automatic_tax[enabled] of a subscription, which is refused without the customer's country.
void read_automatic_tax(const State& state, const Params& params, json::object& subscription);
bool knows_place(const State& state, const std::string& customer);
// Whether the invoice must be taxed and nobody knows where.
bool lacks_tax_location(const State& state, const json::object& invoice);

}  // namespace freehold::simulator
