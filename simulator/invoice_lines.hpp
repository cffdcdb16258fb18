// The lines of an invoice, and what they add up to.
// https://docs.stripe.com/api/invoice-line-item/object
#pragma once

#include "simulator/state.hpp"

namespace freehold::simulator {

struct Span {
  std::int64_t from = 0;  // seconds
  std::int64_t to = 0;    // not included
};

// What an item of a subscription costs for its current period; nothing while it is on trial.
json::object period_line(State& state, const json::object& subscription, const json::object& item,
                         const std::string& invoice);
// The same for a period that is only a part of `whole` seconds: the first one before a later
// anchor.
void shorten_line(const json::object& item, std::int64_t whole, json::object& line);
// What was used of a metered item.
json::object usage_line(State& state, const json::object& subscription, const json::object& item,
                        const std::string& invoice, const Span& span);
// The line as the lines of the tiers that `quantity` of its price falls into, each with its own
// price; the first keeps its id.
json::array by_tier(State& state, const json::object& line, const Record& price,
                    std::int64_t quantity);
// Looks again how much was used.
void refresh_usage(const State& state, const json::object& item, const Span& span,
                   const std::string& customer, json::object& line);
// An invoice item, which may be a proration.
json::object item_line(State& state, const Record& invoice_item, const std::string& invoice);

// "3 × Pro (at $49.00 / month)", "3 × Pro".
std::string describe_period(const State& state, const json::object& price, std::int64_t quantity);
std::string describe_units(const State& state, const json::object& price, std::int64_t quantity);

// Takes the discounts off, sums the lines, and sets the customer's balance against the total.
void total_up(State& state, json::object& invoice);

}  // namespace freehold::simulator
