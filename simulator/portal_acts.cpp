// What a person does in the portal.
#include "simulator/customers.hpp"
#include "simulator/events.hpp"
#include "simulator/invoice_items.hpp"
#include "simulator/payment_methods.hpp"
#include "simulator/portal.hpp"
#include "simulator/render.hpp"
#include "simulator/subscription_changes.hpp"
#include "simulator/subscriptions.hpp"
#include "simulator/test_clocks.hpp"

namespace freehold::simulator {

namespace {

const json::object& allowed(const State& state, const std::string& session,
                            std::string_view feature) {
  const Record& record = live_portal_session(state, session);
  if (!portal_allows(state, record.shown, feature))
    throw StripeError::invalid("This is not possible here.");
  return record.shown;
}

Change change_of(const State& state, const json::object& session, const PortalChoice& choice) {
  const json::object& feature = object_of(portal_features(state, session), "subscription_update");
  Change change;
  change.items.push_back(
      {.id = choice.item, .price = choice.price, .quantity = choice.quantity, .path = "price"});
  change.proration = text_of(feature, "proration_behavior");
  change.payment_behavior = "error_if_incomplete";
  return change;
}

void check_choice(const State& state, const json::object& session, const json::object& subscription,
                  const PortalChoice& choice) {
  const std::vector<std::string> prices = portal_prices(state, session, subscription);
  if (std::find(prices.begin(), prices.end(), choice.price) == prices.end())
    throw StripeError::invalid("Choose one of the plans.", "price");
  if (choice.quantity < 1)
    throw StripeError::invalid("Choose a quantity of 1 or more.", "quantity");
}

}  // namespace

void cancel_in_portal(State& state, const std::string& session, const std::string& id,
                      const std::string& feedback, const std::string& comment) {
  const ClockTime time(state, state.get(kind::portal_session, session, "id"));
  const json::object& shown = allowed(state, session, "subscription_cancel");
  portal_subscription(state, shown, id);
  const json::object& feature = object_of(portal_features(state, shown), "subscription_cancel");
  json::object& details =
      state.store.edit(kind::subscription, id).shown["cancellation_details"].as_object();
  details["feedback"] = text_or_null(feedback);
  details["comment"] = text_or_null(comment);
  if (text_of(feature, "mode") == "at_period_end")
    return set_cancel_at(state, id, period_end(state.store.find(kind::subscription, id)->shown));
  const std::string proration = text_of(feature, "proration_behavior");
  if (proration != "none") credit_all(state, id);
  cancel_now(state, id, "cancellation_requested");
  if (proration == "always_invoice") bill_last(state, id);
}

void renew_in_portal(State& state, const std::string& session, const std::string& id) {
  const ClockTime time(state, state.get(kind::portal_session, session, "id"));
  const json::object& shown = allowed(state, session, "subscription_cancel");
  portal_subscription(state, shown, id);
  set_cancel_at(state, id, 0);
}

void change_in_portal(State& state, const std::string& session, const std::string& id,
                      const PortalChoice& choice) {
  const ClockTime time(state, state.get(kind::portal_session, session, "id"));
  const json::object& shown = allowed(state, session, "subscription_update");
  check_choice(state, shown, portal_subscription(state, shown, id).shown, choice);
  carry_out_change(state, id, change_of(state, shown, choice));
}

json::object preview_in_portal(State& state, const std::string& session, const std::string& id,
                               const PortalChoice& choice) {
  const ClockTime time(state, state.get(kind::portal_session, session, "id"));
  const json::object& shown = allowed(state, session, "subscription_update");
  check_choice(state, shown, portal_subscription(state, shown, id).shown, choice);
  return preview_of_change(state, id, change_of(state, shown, choice));
}

void set_card_in_portal(State& state, const std::string& session, const TypedCard& card) {
  const ClockTime time(state, state.get(kind::portal_session, session, "id"));
  const std::string customer =
      text_of(allowed(state, session, "payment_method_update"), "customer");
  const json::object& owner = live_customer(state, customer, "customer").shown;
  const std::string method = add_card(state, card,
                                      {{"address", nullptr},
                                       {"email", owner.at("email")},
                                       {"name", owner.at("name")},
                                       {"phone", nullptr},
                                       {"tax_id", nullptr}});
  attach(state, method, customer);
  const json::object before = render(state, kind::customer, customer);
  set_default_payment_method(state, customer, method);
  emit_changes(state, "customer.updated", kind::customer, customer, before);
  // A subscription's own card comes before the customer's, so it is changed too.
  for (const Record* subscription : state.store.found(kind::subscription, customer)) {
    if (!is_set(subscription->shown, "default_payment_method") ||
        text_of(subscription->shown, "status") == "canceled")
      continue;
    const json::object was = render(state, *subscription);
    state.store.edit(kind::subscription, subscription->id).shown["default_payment_method"] = method;
    emit_changes(state, "customer.subscription.updated", kind::subscription, subscription->id, was);
  }
}

}  // namespace freehold::simulator
