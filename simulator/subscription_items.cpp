// The items of subscriptions, to read. https://docs.stripe.com/api/subscription_items
#include "simulator/lists.hpp"
#include "simulator/render.hpp"
#include "simulator/subscriptions.hpp"

namespace freehold::simulator {

json::value retrieve_subscription_item(State& state, Params& params) {
  const std::string id = params.path("id");
  for (const auto& [order, subscription] : state.store.all(kind::subscription)) {
    const json::object shown = render(state, subscription);
    for (const json::value& item : array_of(object_of(shown, "items"), "data"))
      if (text_of(item.get_object(), "id") == id) return item;
  }
  throw StripeError::no_such("subscription_item", id, "id");
}

json::value list_subscription_items(State& state, Params& params) {
  const std::string id = params.need_text("subscription");
  const json::object shown = render(state, state.get(kind::subscription, id, "subscription"));
  return list_objects(params, array_of(object_of(shown, "items"), "data"),
                      "/v1/subscription_items");
}

json::object subscriptions_of(const State& state, const std::string& customer) {
  json::array data;
  const Store::Rows& rows = state.store.all(kind::subscription);
  for (auto row = rows.rbegin(); row != rows.rend(); ++row) {
    const json::object& shown = row->second.shown;
    if (text_of(shown, "customer") == customer && text_of(shown, "status") != "canceled")
      data.push_back(render(state, row->second));
  }
  return list_object(std::move(data), "/v1/customers/" + customer + "/subscriptions");
}

}  // namespace freehold::simulator
