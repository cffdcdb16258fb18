// The customer portal: its configurations, its sessions, and what a person can do in one.
// https://docs.stripe.com/api/customer_portal, https://docs.stripe.com/customer-management
#pragma once

#include <optional>
#include <string>

#include "simulator/cards.hpp"
#include "simulator/params.hpp"
#include "simulator/state.hpp"

namespace freehold::simulator {

json::value create_portal_configuration(State& state, Params& params);
json::value retrieve_portal_configuration(State& state, Params& params);
json::value update_portal_configuration(State& state, Params& params);
json::value list_portal_configurations(State& state, Params& params);
json::value create_portal_session(State& state, Params& params);

// The configuration of sessions that name none. Stripe has one when somebody has saved it in the
// dashboard; here it is made when it is first needed, and lets people do everything.
std::string default_portal_configuration(State& state);

// A session that has not expired. Throws StripeError resource_missing.
const Record& live_portal_session(const State& state, const std::string& id);
const json::object& portal_features(const State& state, const json::object& session);
// Whether a feature of the session's configuration is enabled: "subscription_cancel".
bool portal_allows(const State& state, const json::object& session, std::string_view feature);
// A subscription of the session's customer. Throws StripeError resource_missing.
const Record& portal_subscription(const State& state, const json::object& session,
                                  const std::string& subscription);
// The prices that a person can choose from: those of the configuration, or every active one with
// the subscription's interval and currency.
std::vector<std::string> portal_prices(const State& state, const json::object& session,
                                       const json::object& subscription);

struct PortalChoice {
  std::string item;
  std::string price;
  std::int64_t quantity = 1;
};
// What a person does. Each throws StripeError for what the configuration does not allow and for a
// card that is declined; nothing is left of it then.
void cancel_in_portal(State& state, const std::string& session, const std::string& subscription,
                      const std::string& feedback, const std::string& comment);
void renew_in_portal(State& state, const std::string& session, const std::string& subscription);
void change_in_portal(State& state, const std::string& session, const std::string& subscription,
                      const PortalChoice& choice);
// The invoice that the change would make, as a preview shows it.
json::object preview_in_portal(State& state, const std::string& session,
                               const std::string& subscription, const PortalChoice& choice);
void set_card_in_portal(State& state, const std::string& session, const TypedCard& card);

}  // namespace freehold::simulator
