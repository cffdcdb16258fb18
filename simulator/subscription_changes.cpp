#include "simulator/subscription_changes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "simulator/cadence.hpp"
#include "simulator/invoice_items.hpp"
#include "simulator/prices.hpp"
#include "simulator/pricing.hpp"
#include "simulator/settings.hpp"
#include "simulator/subscriptions.hpp"

namespace freehold::simulator {

namespace {

constexpr std::size_t most_items = 20;

json::array& items_of(json::object& subscription) {
  return subscription["items"].as_object()["data"].as_array();
}

const json::object* find_item(const json::object& subscription, const std::string& id) {
  for (const json::value& item : array_of(object_of(subscription, "items"), "data"))
    if (text_of(item.get_object(), "id") == id) return &item.get_object();
  return nullptr;
}

json::object& item_by_id(json::object& subscription, const ItemChange& change) {
  for (json::value& item : items_of(subscription))
    if (text_of(item.as_object(), "id") == change.id) return item.as_object();
  throw StripeError::no_such("subscription item", change.id, change.path);
}

// https://docs.stripe.com/rate-limits: so many changes of quantities for a subscription in an hour.
void count_quantity_change(const State& state, Record& subscription) {
  constexpr std::int64_t most = 200;
  constexpr std::int64_t hour = 3'600'000'000;
  if (!settings_of(state).rate_limits) return;
  json::object& kept = subscription.hidden;
  const std::int64_t now = state.machine_now / hour;
  const std::int64_t before =
      number_of(kept, "quantity_hour") == now ? number_of(kept, "quantity_changes") : 0;
  kept["quantity_hour"] = now;
  kept["quantity_changes"] = before + 1;
  if (before < most) return;
  StripeError error = StripeError::rate_limited();
  error.limit = "resource-specific";
  throw error;
}

// Gives the item its price and quantity. Of a metered price there is no quantity.
void apply_to_item(State& state, Record& subscription, const ItemChange& change,
                   json::object& item) {
  if (!change.price.empty()) item["price"] = change.price;
  const Record& price = *state.store.find(kind::price, text_of(item, "price"));
  if (is_metered(price.shown)) {
    if (change.quantity)
      throw StripeError::invalid("You cannot set the quantity for metered prices.", change.path);
    item.erase("quantity");
  } else {
    const std::int64_t quantity = number_of(item, "quantity", 1);
    if (change.quantity && *change.quantity != quantity) count_quantity_change(state, subscription);
    item["quantity"] = change.quantity.value_or(quantity);
  }
  if (change.metadata) item["metadata"] = *change.metadata;
  if (!change.discounts) return;
  const std::string customer = text_of(subscription.shown, "customer");
  const json::array before = array_of(item, "discounts");
  item["discounts"] = redeem(state, *change.discounts,
                             {.customer = customer,
                              .subscription = subscription.id,
                              .subscription_item = text_of(item, "id")},
                             before,
                             {.customer = customer,
                              .subtotal = cost_of(price, number_of(item, "quantity", 1)),
                              .currency = text_of(subscription.shown, "currency")});
}

void delete_item(State& state, Record& subscription, const ItemChange& change) {
  const json::object gone = item_by_id(subscription.shown, change);
  json::array& items = items_of(subscription.shown);
  if (items.size() == 1)
    throw StripeError::invalid(
        "A subscription must have at least one active plan. In order to cancel the subscription, "
        "please use the cancel endpoint.",
        change.path);
  const bool metered = is_metered(state.store.find(kind::price, text_of(gone, "price"))->shown);
  if (metered && !change.clear_usage && text_of(subscription.shown, "status") != "trialing") {
    Span span = unbilled_usage(state, subscription);
    span.from = std::max(span.from, number_of(gone, "created"));
    add_last_usage(state, subscription.shown, gone, span);
  }
  const auto is_gone = [&](const json::value& item) {
    return text_of(item.get_object(), "id") == change.id;
  };
  items.erase(std::find_if(items.begin(), items.end(), is_gone));
}

void refuse_bad_items(const State& state, const json::object& subscription) {
  const json::array& items = array_of(object_of(subscription, "items"), "data");
  if (items.size() > most_items)
    throw StripeError::invalid("A subscription can have up to 20 items.", "items");
  for (std::size_t i = 0; i < items.size(); ++i)
    for (std::size_t j = 0; j < i; ++j)
      if (items[i].get_object().at("price") == items[j].get_object().at("price"))
        throw StripeError::invalid(
            fmt::format("Cannot add multiple subscription items with the same plan: '{}'",
                        text_of(items[i].get_object(), "price")),
            "items");
  std::vector<std::string> prices;
  for (const json::value& item : items) prices.push_back(text_of(item.get_object(), "price"));
  refuse_unfit(state, prices, "items");
  const json::object& price = state.store.find(kind::price, prices.front())->shown;
  if (price.at("currency") != subscription.at("currency"))
    throw StripeError::invalid("The items must be in the subscription's currency.", "items");
}

void apply_items(State& state, Record& subscription, const Change& change) {
  for (const ItemChange& one : change.items) {
    if (one.deleted) {
      delete_item(state, subscription, one);
    } else if (one.id.empty()) {
      items_of(subscription.shown)
          .push_back(new_item(state, subscription.id, {.price = one.price, .metadata = {}}));
      json::object& added = items_of(subscription.shown).back().get_object();
      const json::object& first = items_of(subscription.shown).front().get_object();
      for (const std::string_view name : {"current_period_end", "current_period_start"})
        added[name] = first.at(name);
      apply_to_item(state, subscription, one, added);
    } else {
      apply_to_item(state, subscription, one, item_by_id(subscription.shown, one));
    }
  }
  if (!change.items.empty()) refuse_bad_items(state, subscription.shown);
}

std::string cadence_of_item(const State& state, const json::object& item) {
  const json::object& price = state.store.find(kind::price, text_of(item, "price"))->shown;
  return cadence_of(object_of(price, "recurring"));
}

// Whether an item is billed at another interval than before, or everything is.
bool changes_cadence(const State& state, const json::object& before, const json::object& now) {
  bool any_stays = false;
  std::set<std::string> known;
  for (const json::value& item : array_of(object_of(before, "items"), "data"))
    known.insert(cadence_of_item(state, item.get_object()));
  for (const json::value& value : array_of(object_of(now, "items"), "data")) {
    const json::object& item = value.get_object();
    const json::object* old = find_item(before, text_of(item, "id"));
    if (old != nullptr && cadence_of_item(state, *old) != cadence_of_item(state, item)) return true;
    any_stays = any_stays || known.contains(cadence_of_item(state, item));
  }
  return !any_stays;
}

// Where the periods of items that came and went beside others lie.
void place_items(State& state, Record& subscription, const json::object& before) {
  if (cadence_of(shortest_interval(state, before)) !=
      cadence_of(shortest_interval(state, subscription.shown)))
    count_periods(state, subscription, std::min(state.now, period_end(before) - 1));
  set_periods(state, subscription);
}

bool differs(const json::object& a, const json::object& b) {
  return a.at("price") != b.at("price") ||
         number_of(a, "quantity", 1) != number_of(b, "quantity", 1);
}

// Charges and gives back what the items of `before` and those of now have come apart by.
void prorate(State& state, Record& subscription, const json::object& before, std::int64_t at) {
  const json::object nets = nets_of(state, subscription.shown);
  json::object billed = object_of(subscription.hidden, "billed");
  for (const json::value& value : array_of(object_of(before, "items"), "data")) {
    const json::object& old = value.get_object();
    const std::string id = text_of(old, "id");
    const json::object* now = find_item(subscription.shown, id);
    if (now != nullptr && !differs(old, *now)) continue;
    credit_unused(state, subscription, old, at);
    billed.erase(id);
    if (now == nullptr) continue;
    charge_rest(state, subscription, *now, number_of(nets, id), at);
    billed[id] = number_of(nets, id);
  }
  for (const json::value& value : array_of(object_of(subscription.shown, "items"), "data")) {
    const json::object& item = value.get_object();
    const std::string id = text_of(item, "id");
    if (find_item(before, id) != nullptr) continue;
    charge_rest(state, subscription, item, number_of(nets, id), at);
    billed[id] = number_of(nets, id);
  }
  subscription.hidden["billed"] = std::move(billed);
}

// A period begins now and is billed at once; the rest of the old one is given back.
Contents restart(State& state, Record& subscription, const json::object& before,
                 const Change& change, std::int64_t at) {
  if (change.proration != "none")
    for (const json::value& item : array_of(object_of(before, "items"), "data"))
      credit_unused(state, subscription, item.get_object(), at);
  const Span usage = unbilled_usage(state, subscription);
  subscription.shown["billing_cycle_anchor"] = state.now;
  subscription.hidden["cycle"] = 0;
  subscription.hidden["usage_from"] = state.now;
  set_periods(state, subscription);
  return {.period = true, .usage = usage};
}

void apply_discounts(State& state, Record& subscription, const Change& change) {
  if (!change.discounts) return;
  const std::string customer = text_of(subscription.shown, "customer");
  const json::array before = array_of(subscription.shown, "discounts");
  subscription.shown["discounts"] = redeem(
      state, *change.discounts, {.customer = customer, .subscription = subscription.id}, before,
      {.customer = customer,
       .subtotal = subtotal_of(state, subscription.shown),
       .currency = text_of(subscription.shown, "currency")});
}

}  // namespace

ItemChange read_item_change(const State& state, const Params& params, const json::object& current) {
  ItemChange change{.id = text_of(current, "id"), .price = {}, .path = params.path_of("price")};
  if (const auto price = params.text("price")) {
    recurring_price(state, *price, params.path_of("price"));
    change.price = *price;
  } else if (change.id.empty()) {
    params.need_text("price");
  }
  change.quantity = params.integer("quantity");
  if (change.quantity && *change.quantity < 0)
    throw StripeError::parameter("parameter_invalid_integer", params.path_of("quantity"),
                                 "This value must be greater than or equal to 0.");
  if (params.has("metadata")) {
    json::object metadata = object_of(current, "metadata");
    apply_metadata(params, metadata);
    change.metadata = std::move(metadata);
  }
  change.discounts = read_discounts(state, params);
  return change;
}

void read_proration(const Params& params, const json::object& subscription, Change& change) {
  change.proration =
      params.one_of("proration_behavior", {"always_invoice", "create_prorations", "none"})
          .value_or(change.proration);
  change.payment_behavior =
      params
          .one_of("payment_behavior", {"allow_incomplete", "default_incomplete",
                                       "error_if_incomplete", "pending_if_incomplete"})
          .value_or(change.payment_behavior);
  change.proration_date = params.integer("proration_date").value_or(0);
  if (change.proration_date == 0) return;
  if (change.proration_date < period_begin(subscription) ||
      change.proration_date > period_end(subscription))
    throw StripeError::invalid(
        "Invalid `proration_date`: it must be within the current period of the subscription.",
        "proration_date");
}

Change read_change(const State& state, const Params& params, const Record& subscription) {
  Change change;
  for (const Params& element : params.groups("items")) {
    const std::string id = element.text("id").value_or("");
    const json::object* current = find_item(subscription.shown, id);
    if (!id.empty() && current == nullptr)
      throw StripeError::no_such("subscription item", id, element.path_of("id"));
    const bool deleted = element.boolean("deleted").value_or(false);
    const bool clear_usage = element.boolean("clear_usage").value_or(false);
    ItemChange one =
        read_item_change(state, element, current == nullptr ? json::object{} : *current);
    one.deleted = deleted;
    one.clear_usage = clear_usage;
    change.items.push_back(std::move(one));
  }
  change.discounts = read_discounts(state, params);
  change.anchor_now =
      params.one_of("billing_cycle_anchor", {"now", "unchanged"}).value_or("unchanged") == "now";
  read_proration(params, subscription.shown, change);
  return change;
}

std::optional<Contents> apply_change(State& state, Record& subscription, const Change& change) {
  const json::object before = subscription.shown;
  apply_items(state, subscription, change);
  apply_discounts(state, subscription, change);
  watch_discounts(state, subscription);
  const bool other_cadence = changes_cadence(state, before, subscription.shown);
  if (text_of(before, "status") == "trialing") {
    set_periods(state, subscription);
    return std::nullopt;
  }
  const std::int64_t at = change.proration_date == 0 ? state.now : change.proration_date;
  if (other_cadence || change.anchor_now) return restart(state, subscription, before, change, at);
  if (!change.items.empty()) place_items(state, subscription, before);
  if (change.proration == "none") return std::nullopt;
  prorate(state, subscription, before, at);
  if (change.proration != "always_invoice" || waiting_items(state, subscription.id).empty())
    return std::nullopt;
  return Contents{.period = false, .usage = {}};
}

}  // namespace freehold::simulator
