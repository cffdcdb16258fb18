// The items of subscriptions, one by one. https://docs.stripe.com/api/subscription_items
#include "simulator/lists.hpp"
#include "simulator/render.hpp"
#include "simulator/schedules.hpp"
#include "simulator/subscription_changes.hpp"
#include "simulator/subscriptions.hpp"

namespace freehold::simulator {

namespace {

// The subscription that has the item.
const Record& owner_of(const State& state, const std::string& id) {
  const auto owners = state.store.found(kind::subscription, id);
  if (id.starts_with("si_") && !owners.empty()) return *owners.front();
  throw StripeError::no_such("subscription_item", id, "id");
}

json::object item_of(const json::object& subscription, const std::string& id) {
  for (const json::value& item : array_of(object_of(subscription, "items"), "data"))
    if (text_of(item.get_object(), "id") == id) return item.get_object();
  return {};
}

void refuse_ended(const json::object& subscription) {
  const std::string status = text_of(subscription, "status");
  if (status == "canceled" || status == "incomplete_expired" || status == "incomplete")
    throw StripeError::invalid("The items of a subscription can be changed while it is running.");
}

}  // namespace

json::value create_subscription_item(State& state, Params& params) {
  const std::string id = params.need_text("subscription");
  const json::object subscription = state.get(kind::subscription, id, "subscription").shown;
  refuse_ended(subscription);
  Change change;
  change.items.push_back(read_item_change(state, params, {}));
  read_proration(params, subscription, change);
  carry_out_change(state, id, change);
  subscription_changed(state, id);
  const json::object now = render(state, kind::subscription, id);
  // A change that waits for its payment has its items in the pending update only.
  const json::array& items = is_set(now, "pending_update")
                                 ? array_of(object_of(now, "pending_update"), "subscription_items")
                                 : array_of(object_of(now, "items"), "data");
  return items.back();
}

json::value update_subscription_item(State& state, Params& params) {
  const std::string id = params.path("id");
  const Record& owner = owner_of(state, id);
  const std::string subscription = owner.id;
  refuse_ended(owner.shown);
  Change change;
  change.items.push_back(read_item_change(state, params, item_of(owner.shown, id)));
  params.boolean("off_session");
  read_proration(params, owner.shown, change);
  carry_out_change(state, subscription, change);
  subscription_changed(state, subscription);
  return item_of(render(state, kind::subscription, subscription), id);
}

json::value delete_subscription_item(State& state, Params& params) {
  const std::string id = params.path("id");
  const Record& owner = owner_of(state, id);
  const std::string subscription = owner.id;
  refuse_ended(owner.shown);
  Change change;
  change.items.push_back({.id = id,
                          .price = {},
                          .deleted = true,
                          .clear_usage = params.boolean("clear_usage").value_or(false),
                          .path = "id"});
  read_proration(params, owner.shown, change);
  carry_out_change(state, subscription, change);
  subscription_changed(state, subscription);
  return json::object{{"id", id}, {"object", "subscription_item"}, {"deleted", true}};
}

json::value retrieve_subscription_item(State& state, Params& params) {
  const std::string id = params.path("id");
  return item_of(render(state, owner_of(state, id)), id);
}

json::value list_subscription_items(State& state, Params& params) {
  const std::string id = params.need_text("subscription");
  const json::object shown = render(state, state.get(kind::subscription, id, "subscription"));
  return list_objects(params, array_of(object_of(shown, "items"), "data"),
                      "/v1/subscription_items");
}

json::object subscriptions_of(const State& state, const std::string& customer) {
  json::array data;
  const auto found = state.store.found(kind::subscription, customer);
  for (auto one = found.rbegin(); one != found.rend(); ++one)
    if (text_of((*one)->shown, "status") != "canceled") data.push_back(render(state, **one));
  return list_object(std::move(data), "/v1/customers/" + customer + "/subscriptions");
}

}  // namespace freehold::simulator
