// Sessions of the portal, and the flows that they can begin with.
#include <fmt/format.h>

#include <algorithm>

#include "simulator/cadence.hpp"
#include "simulator/customers.hpp"
#include "simulator/events.hpp"
#include "simulator/portal.hpp"
#include "simulator/prices.hpp"
#include "simulator/pricing.hpp"
#include "simulator/render.hpp"

namespace freehold::simulator {

namespace {

// Stripe's links are short-lived too: https://docs.stripe.com/api/customer_portal/sessions
constexpr std::int64_t lifetime = 3600;

json::object read_after(const Params& flow) {
  const Params after = flow.group("after_completion");
  const std::string type =
      after.one_of("type", {"hosted_confirmation", "portal_homepage", "redirect"})
          .value_or("portal_homepage");
  json::object kept{{"hosted_confirmation", nullptr}, {"redirect", nullptr}, {"type", type}};
  if (type == "redirect")
    kept["redirect"] =
        json::object{{"return_url", after.group("redirect").need_text("return_url")}};
  if (type == "hosted_confirmation")
    kept["hosted_confirmation"] = json::object{
        {"custom_message",
         text_or_null(after.group("hosted_confirmation").text("custom_message").value_or(""))}};
  return kept;
}

// The subscription that a flow is about must be one of the customer's and still run.
std::string read_subscription(const State& state, const Params& of_flow,
                              const json::object& session) {
  const std::string id = of_flow.need_text("subscription");
  const Record& subscription = state.get(kind::subscription, id, of_flow.path_of("subscription"));
  const std::string status = text_of(subscription.shown, "status");
  if (subscription.shown.at("customer") != session.at("customer"))
    throw StripeError::no_such("subscription", id, of_flow.path_of("subscription"));
  if (status == "canceled" || status == "incomplete_expired")
    throw StripeError::invalid("The subscription has ended.", of_flow.path_of("subscription"));
  return id;
}

json::object read_confirm(const State& state, const Params& of_flow, json::object kept) {
  json::array items;
  for (const Params& element : of_flow.groups("items")) {
    json::object item{{"id", element.need_text("id")},
                      {"price", text_or_null(element.text("price").value_or(""))}};
    if (is_set(item, "price"))
      recurring_price(state, text_of(item, "price"), element.path_of("price"));
    item["quantity"] = element.integer("quantity").value_or(1);
    items.push_back(std::move(item));
  }
  if (items.size() != 1)
    throw StripeError::invalid("The simulator simulates confirming a change of one item.",
                               of_flow.path_of("items"));
  kept["discounts"] = nullptr;
  kept["items"] = std::move(items);
  return kept;
}

json::value read_flow(const State& state, const Params& params, const json::object& session) {
  if (!params.has("flow_data")) return nullptr;
  const Params given = params.group("flow_data");
  given.need_text("type");
  const std::string type =
      *given.one_of("type", {"payment_method_update", "subscription_cancel", "subscription_update",
                             "subscription_update_confirm"});
  json::object flow;
  set_all(flow,
          "customer_update subscription_cancel subscription_pause subscription_update "
          "subscription_update_confirm",
          nullptr);
  flow["type"] = type;
  flow["after_completion"] = read_after(given);
  const std::string feature = type == "subscription_update_confirm" ? "subscription_update" : type;
  if (!portal_allows(state, session, feature))
    throw StripeError::invalid(
        fmt::format("The feature {} is not enabled in the portal's configuration.", feature),
        given.path_of("type"));
  if (type == "payment_method_update") return flow;
  const Params of_flow = given.group(type);
  json::object kept{{"subscription", read_subscription(state, of_flow, session)}};
  if (type == "subscription_cancel") kept["retention"] = nullptr;
  if (type == "subscription_update_confirm") kept = read_confirm(state, of_flow, std::move(kept));
  flow[type] = std::move(kept);
  return flow;
}

std::string read_configuration(State& state, const Params& params) {
  const auto id = params.text("configuration");
  if (!id) return default_portal_configuration(state);
  const Record& configuration = state.get(kind::portal_configuration, *id, "configuration");
  if (!flag_of(configuration.shown, "active"))
    throw StripeError::invalid("The configuration is not active.", "configuration");
  return *id;
}

}  // namespace

json::value create_portal_session(State& state, Params& params) {
  const std::string customer = params.need_text("customer");
  live_customer(state, customer, "customer");
  const std::string configuration = read_configuration(state, params);
  const json::object& settings = state.store.find(kind::portal_configuration, configuration)->shown;
  std::string back = params.text("return_url").value_or("");
  if (back.empty()) back = text_of(settings, "default_return_url");
  const std::string id = state.new_id("bps_1");
  Record& session = state.store.add(kind::portal_session, id,
                                    {{"id", id},
                                     {"object", "billing_portal.session"},
                                     {"configuration", configuration},
                                     {"created", state.now},
                                     {"customer", customer},
                                     {"customer_account", nullptr},
                                     {"flow", nullptr},
                                     {"livemode", false},
                                     {"locale", text_or_null(params.text("locale").value_or(""))},
                                     {"on_behalf_of", nullptr},
                                     {"return_url", text_or_null(back)},
                                     {"url", fmt::format("{}/portal/{}", state.base_url, id)}},
                                    {{"expires_at", state.clock_now + lifetime}});
  session.shown["flow"] = read_flow(state, params, session.shown);
  emit(state, "billing_portal.session.created", kind::portal_session, id);
  return render(state, session);
}

const Record& live_portal_session(const State& state, const std::string& id) {
  const Record& session = state.get(kind::portal_session, id, "id");
  if (state.clock_now >= number_of(session.hidden, "expires_at"))
    throw StripeError::no_such("portal session", id, "id");
  return session;
}

const json::object& portal_features(const State& state, const json::object& session) {
  const Record* configuration =
      state.store.find(kind::portal_configuration, text_of(session, "configuration"));
  return object_of(configuration->shown, "features");
}

bool portal_allows(const State& state, const json::object& session, std::string_view feature) {
  return flag_of(object_of(portal_features(state, session), feature), "enabled");
}

const Record& portal_subscription(const State& state, const json::object& session,
                                  const std::string& id) {
  const Record& subscription = state.get(kind::subscription, id, "id");
  if (subscription.shown.at("customer") != session.at("customer"))
    throw StripeError::no_such("subscription", id, "id");
  return subscription;
}

std::vector<std::string> portal_prices(const State& state, const json::object& session,
                                       const json::object& subscription) {
  const Record* configuration =
      state.store.find(kind::portal_configuration, text_of(session, "configuration"));
  const json::array& products = array_of(configuration->hidden, "products");
  std::vector<std::string> prices;
  for (const json::value& product : products)
    for (const json::value& price : array_of(product.get_object(), "prices"))
      prices.emplace_back(price.get_string());
  if (!products.empty()) return prices;
  for (const auto& [order, price] : state.store.all(kind::price))
    if (flag_of(price.shown, "active") && is_set(price.shown, "recurring") &&
        !is_metered(price.shown) && price.shown.at("currency") == subscription.at("currency"))
      prices.push_back(price.id);
  return prices;
}

}  // namespace freehold::simulator
