// The periods of a subscription's items. Each interval is a multiple of the shortest one, whose
// periods since the anchor are counted as `hidden.cycle`; a longer one begins with some of them.
// https://docs.stripe.com/billing/subscriptions/mixed-interval
#include <algorithm>

#include "simulator/cadence.hpp"
#include "simulator/pricing.hpp"
#include "simulator/settings.hpp"
#include "simulator/subscriptions.hpp"

namespace freehold::simulator {

namespace {

const json::object& interval_of(const State& state, const std::string& price) {
  return object_of(state.store.find(kind::price, price)->shown, "recurring");
}

const json::array& items_of(const json::object& subscription) {
  return array_of(object_of(subscription, "items"), "data");
}

std::vector<std::string> prices_of(const json::object& subscription) {
  std::vector<std::string> prices;
  for (const json::value& item : items_of(subscription))
    prices.push_back(text_of(item.get_object(), "price"));
  return prices;
}

// The item whose period is over first.
const json::object& next_item(const json::object& subscription) {
  const json::array& items = items_of(subscription);
  return std::min_element(items.begin(), items.end(),
                          [](const json::value& one, const json::value& other) {
                            return number_of(one.get_object(), "current_period_end") <
                                   number_of(other.get_object(), "current_period_end");
                          })
      ->get_object();
}

// When invoice.upcoming is due for the period that runs, once. Periods that are shorter than the
// notice have none.
void plan_upcoming(const State& state, Record& subscription) {
  const std::int64_t days = settings_of(state).upcoming_days;
  const std::int64_t end = period_end(subscription.shown);
  const std::int64_t at = end - days * 86400;
  const bool told = number_of(subscription.hidden, "upcoming_told") == end;
  subscription.hidden["upcoming_at"] =
      number_or_null(days > 0 && at > period_begin(subscription.shown) && !told ? at : 0);
}

}  // namespace

const json::object& shortest_interval(const State& state, const std::vector<std::string>& prices) {
  const json::object* shortest = &interval_of(state, prices.front());
  for (const std::string& price : prices)
    if (const json::object& one = interval_of(state, price); intervals_in(*shortest, one) > 1)
      shortest = &one;
  return *shortest;
}

const json::object& shortest_interval(const State& state, const json::object& subscription) {
  return shortest_interval(state, prices_of(subscription));
}

void refuse_unfit(const State& state, const std::vector<std::string>& prices,
                  const std::string& path) {
  const json::object& shortest = shortest_interval(state, prices);
  const json::value& currency = state.store.find(kind::price, prices.front())->shown.at("currency");
  for (const std::string& id : prices) {
    const json::object& price = state.store.find(kind::price, id)->shown;
    const std::int64_t multiple = intervals_in(object_of(price, "recurring"), shortest);
    if (price.at("currency") != currency)
      throw StripeError::invalid("All prices of a subscription must have the same currency.", path);
    if (multiple == 0)
      throw StripeError::invalid(
          "The interval of each price must be a multiple of the shortest one among them.", path);
    if (multiple > 1 && is_metered(price))
      throw StripeError::invalid(
          "The simulator does not simulate metered prices beside prices of a shorter interval yet.",
          path);
  }
}

void set_periods(State& state, Record& subscription) {
  const std::int64_t anchor = number_of(subscription.shown, "billing_cycle_anchor");
  const std::int64_t cycle = number_of(subscription.hidden, "cycle");
  const json::object& shortest = shortest_interval(state, subscription.shown);
  // Before the anchor is the trial, or the short first period of an anchor that was chosen.
  const std::string_view before_anchor =
      is_set(subscription.shown, "trial_start") ? "trial_start" : "start_date";
  for (json::value& value : subscription.shown["items"].as_object()["data"].as_array()) {
    json::object& item = value.as_object();
    const json::object& recurring = interval_of(state, text_of(item, "price"));
    const std::int64_t own = cycle < 0 ? cycle : cycle / intervals_in(recurring, shortest);
    item["current_period_start"] = own < 0 ? number_of(subscription.shown, before_anchor)
                                           : period_start(anchor, recurring, own);
    item["current_period_end"] = period_start(anchor, recurring, own + 1);
  }
  plan_upcoming(state, subscription);
  if (flag_of(subscription.shown, "cancel_at_period_end"))
    subscription.shown["cancel_at"] = period_end(subscription.shown);
}

void count_periods(const State& state, Record& subscription, std::int64_t until) {
  if (number_of(subscription.hidden, "cycle") < 0) return;
  const std::int64_t anchor = number_of(subscription.shown, "billing_cycle_anchor");
  const json::object& shortest = shortest_interval(state, subscription.shown);
  std::int64_t cycle = 0;
  while (period_start(anchor, shortest, cycle + 1) <= until) ++cycle;
  subscription.hidden["cycle"] = cycle;
}

std::int64_t period_begin(const json::object& subscription) {
  return number_of(next_item(subscription), "current_period_start");
}

std::int64_t period_end(const json::object& subscription) {
  return number_of(next_item(subscription), "current_period_end");
}

std::int64_t last_period_end(const json::object& subscription) {
  std::int64_t last = 0;
  for (const json::value& item : items_of(subscription))
    last = std::max(last, number_of(item.get_object(), "current_period_end"));
  return last;
}

bool begins_period(const json::object& subscription, const json::object& item) {
  return item.at("current_period_start") == next_item(subscription).at("current_period_start");
}

}  // namespace freehold::simulator
