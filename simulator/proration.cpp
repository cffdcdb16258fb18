// Prorations: to the second, in whole minor units. What is given back is a share of what was
// billed; what is charged is a share of what the new items cost, each after its discounts.
#include <fmt/format.h>

#include "simulator/cadence.hpp"
#include "simulator/invoice_items.hpp"
#include "simulator/pricing.hpp"
#include "simulator/subscription_changes.hpp"

namespace freehold::simulator {

namespace {

const json::object& price_of(const State& state, const json::object& item) {
  return state.store.find(kind::price, text_of(item, "price"))->shown;
}

Span period_of(const json::object& item) {
  return {.from = number_of(item, "current_period_start"),
          .to = number_of(item, "current_period_end")};
}

// One side of a proration.
struct Side {
  std::int64_t cost;    // of the item, for `length` seconds
  std::int64_t length;  // seconds
};

void add_share(State& state, const Record& subscription, const json::object& item, const Side& side,
               std::int64_t at) {
  const Span period = period_of(item);
  if (at >= period.to) return;  // a paused subscription's period may be long over
  const std::int64_t amount = share_of(side.cost, period.to - at, side.length);
  if (amount == 0) return;
  const std::int64_t quantity = number_of(item, "quantity", 1);
  const std::string units = describe_units(state, price_of(state, item), quantity);
  add_proration(state, {.subscription = subscription.id,
                        .item = text_of(item, "id"),
                        .price = text_of(item, "price"),
                        .quantity = quantity,
                        .amount = amount,
                        .description = fmt::format("{} on {} after {}",
                                                   amount < 0 ? "Unused time" : "Remaining time",
                                                   units, format_date(from_unix_seconds(at))),
                        .period = {.from = at, .to = period.to}});
}

}  // namespace

std::int64_t whole_period(const State& state, const Record& subscription,
                          const json::object& item) {
  const Span period = period_of(item);
  if (number_of(subscription.hidden, "cycle") >= 0) return period.to - period.from;
  const json::object& recurring = object_of(price_of(state, item), "recurring");
  const std::int64_t anchor = number_of(subscription.shown, "billing_cycle_anchor");
  return period_start(anchor, recurring, 0) - period_start(anchor, recurring, -1);
}

std::int64_t subtotal_of(const State& state, const json::object& subscription) {
  std::int64_t subtotal = 0;
  for (const json::value& value : array_of(object_of(subscription, "items"), "data")) {
    const json::object& item = value.get_object();
    const Record& price = *state.store.find(kind::price, text_of(item, "price"));
    if (!is_metered(price.shown)) subtotal += cost_of(price, number_of(item, "quantity", 1));
  }
  return subtotal;
}

json::object nets_of(const State& state, const json::object& subscription) {
  std::vector<Discountable> parts;
  std::vector<std::string> ids;
  const auto running = [&](const json::array& discounts) {
    json::array kept;
    for (const json::value& id : discounts)
      if (is_running(state, std::string(id.get_string()), "")) kept.push_back(id);
    return kept;
  };
  for (const json::value& value : array_of(object_of(subscription, "items"), "data")) {
    const json::object& item = value.get_object();
    const Record& price = *state.store.find(kind::price, text_of(item, "price"));
    if (is_metered(price.shown)) continue;
    ids.push_back(text_of(item, "id"));
    parts.push_back({.product = text_of(price.shown, "product"),
                     .amount = cost_of(price, number_of(item, "quantity", 1)),
                     .own = running(array_of(item, "discounts"))});
  }
  take_off(state, running(array_of(subscription, "discounts")), parts);
  json::object nets;
  for (std::size_t i = 0; i < ids.size(); ++i)
    nets[ids[i]] = parts[i].amount - total_taken(parts[i].taken);
  return nets;
}

void credit_unused(State& state, const Record& subscription, const json::object& item,
                   std::int64_t at) {
  if (is_metered(price_of(state, item))) return;
  const json::object& billed = object_of(subscription.hidden, "billed");
  const Span period = period_of(item);
  const Side side{-number_of(billed, text_of(item, "id")), period.to - period.from};
  add_share(state, subscription, item, side, at);
}

void charge_rest(State& state, const Record& subscription, const json::object& item,
                 std::int64_t net, std::int64_t at) {
  if (is_metered(price_of(state, item))) return;
  add_share(state, subscription, item, {net, whole_period(state, subscription, item)}, at);
}

Span unbilled_usage(const State& state, const Record& subscription) {
  return {.from = number_of(subscription.hidden, "usage_from",
                            number_of(subscription.shown, "start_date")),
          .to = state.now};
}

}  // namespace freehold::simulator
