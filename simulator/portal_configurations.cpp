#include <fmt/format.h>

#include "simulator/events.hpp"
#include "simulator/lists.hpp"
#include "simulator/portal.hpp"
#include "simulator/prices.hpp"
#include "simulator/render.hpp"

namespace freehold::simulator {

namespace {

json::object blank_features() {
  json::object features;
  features["customer_update"] =
      json::object{{"allowed_updates", json::array{}}, {"enabled", false}};
  features["invoice_history"] = json::object{{"enabled", false}};
  features["payment_method_update"] =
      json::object{{"enabled", false}, {"payment_method_configuration", nullptr}};
  features["subscription_cancel"] = json::object{
      {"cancellation_reason",
       json::object{{"enabled", false}, {"feedback_options", nullptr}, {"options", json::array{}}}},
      {"enabled", false},
      {"mode", "at_period_end"},
      {"proration_behavior", "none"}};
  features["subscription_pause"] = json::object{
      {"duration", json::object{{"interval_options", json::array{}}, {"type", "indefinite"}}},
      {"enabled", false}};
  features["subscription_update"] =
      json::object{{"billing_cycle_anchor", nullptr},
                   {"default_allowed_updates", json::array{}},
                   {"enabled", false},
                   {"proration_behavior", "none"},
                   {"schedule_at_period_end", json::object{{"conditions", json::array{}}}},
                   {"trial_update_behavior", "end_trial"}};
  return features;
}

json::object blank_configuration(const State& state, const std::string& id) {
  return {{"id", id},
          {"object", "billing_portal.configuration"},
          {"active", true},
          {"application", nullptr},
          {"business_profile", json::object{{"headline", nullptr},
                                            {"privacy_policy_url", nullptr},
                                            {"terms_of_service_url", nullptr}}},
          {"created", state.now},
          {"default_return_url", nullptr},
          {"features", blank_features()},
          {"is_default", false},
          {"livemode", false},
          {"login_page", json::object{{"enabled", false}, {"url", nullptr}}},
          {"metadata", json::object{}},
          {"name", nullptr},
          {"updated", state.now}};
}

void apply_enabled(const Params& params, json::object& feature) {
  if (const auto enabled = params.boolean("enabled")) feature["enabled"] = *enabled;
}

void apply_cancel(const Params& params, json::object& feature) {
  apply_enabled(params, feature);
  if (const auto mode = params.one_of("mode", {"at_period_end", "immediately"}))
    feature["mode"] = *mode;
  if (const auto proration =
          params.one_of("proration_behavior", {"always_invoice", "create_prorations", "none"}))
    feature["proration_behavior"] = *proration;
  const Params reason = params.group("cancellation_reason");
  json::object& kept = feature["cancellation_reason"].as_object();
  apply_enabled(reason, kept);
  if (const auto options = reason.texts("options"); !options.empty())
    kept["options"] = json::value_from(options);
}

json::object read_product(const State& state, const Params& params) {
  const std::string product = params.need_text("product");
  state.get(kind::product, product, params.path_of("product"));
  const std::vector<std::string> prices = params.texts("prices");
  for (const std::string& price : prices)
    if (text_of(recurring_price(state, price, params.path_of("prices")).shown, "product") !=
        product)
      throw StripeError::invalid("The price is one of another product.", params.path_of("prices"));
  const Params adjustable = params.group("adjustable_quantity");
  return {{"adjustable_quantity",
           json::object{{"enabled", adjustable.boolean("enabled").value_or(false)},
                        {"maximum", number_or_null(adjustable.integer("maximum").value_or(0))},
                        {"minimum", adjustable.integer("minimum").value_or(1)}}},
          {"prices", json::value_from(prices)},
          {"product", product}};
}

void apply_update(const State& state, const Params& params, Record& configuration) {
  json::object& feature =
      configuration.shown["features"].as_object()["subscription_update"].as_object();
  apply_enabled(params, feature);
  if (const auto proration =
          params.one_of("proration_behavior", {"always_invoice", "create_prorations", "none"}))
    feature["proration_behavior"] = *proration;
  if (const auto updates = params.texts("default_allowed_updates"); !updates.empty())
    feature["default_allowed_updates"] = json::value_from(updates);
  if (!params.has("products")) return;
  json::array products;
  for (const Params& element : params.groups("products"))
    products.push_back(read_product(state, element));
  configuration.hidden["products"] = std::move(products);
}

void apply_features(const State& state, const Params& params, Record& configuration) {
  const Params given = params.group("features");
  json::object& features = configuration.shown["features"].as_object();
  const Params customer = given.group("customer_update");
  apply_enabled(customer, features["customer_update"].as_object());
  if (const auto updates = customer.texts("allowed_updates"); !updates.empty())
    features["customer_update"].as_object()["allowed_updates"] = json::value_from(updates);
  apply_enabled(given.group("invoice_history"), features["invoice_history"].as_object());
  apply_enabled(given.group("payment_method_update"),
                features["payment_method_update"].as_object());
  apply_cancel(given.group("subscription_cancel"), features["subscription_cancel"].as_object());
  apply_update(state, given.group("subscription_update"), configuration);
}

void apply(const State& state, const Params& params, Record& configuration) {
  const Params profile = params.group("business_profile");
  json::object& kept = configuration.shown["business_profile"].as_object();
  for (const std::string_view name : {"headline", "privacy_policy_url", "terms_of_service_url"})
    if (const auto text = profile.text(name)) kept[name] = text_or_null(*text);
  for (const std::string_view name : {"default_return_url", "name"})
    if (const auto text = params.text(name)) configuration.shown[name] = text_or_null(*text);
  apply_features(state, params, configuration);
  apply_metadata(params, configuration.shown["metadata"].as_object());
}

}  // namespace

std::string default_portal_configuration(State& state) {
  for (const auto& [order, configuration] : state.store.all(kind::portal_configuration))
    if (flag_of(configuration.shown, "is_default")) return configuration.id;
  const std::string id = state.new_id("bpc_1");
  Record& configuration =
      state.store.add(kind::portal_configuration, id, blank_configuration(state, id));
  configuration.shown["is_default"] = true;
  json::object& features = configuration.shown["features"].as_object();
  for (const std::string_view name :
       {"invoice_history", "payment_method_update", "subscription_cancel", "subscription_update"})
    features[name].as_object()["enabled"] = true;
  features["subscription_cancel"].as_object()["cancellation_reason"].as_object()["enabled"] = true;
  json::object& update = features["subscription_update"].as_object();
  update["proration_behavior"] = "always_invoice";
  update["default_allowed_updates"] = json::array{"price", "quantity"};
  emit(state, "billing_portal.configuration.created", kind::portal_configuration, id);
  return id;
}

json::value create_portal_configuration(State& state, Params& params) {
  if (!params.has("features")) params.need_text("features");
  const std::string id = state.new_id("bpc_1");
  apply(state, params,
        state.store.add(kind::portal_configuration, id, blank_configuration(state, id)));
  emit(state, "billing_portal.configuration.created", kind::portal_configuration, id);
  return render(state, kind::portal_configuration, id);
}

json::value retrieve_portal_configuration(State& state, Params& params) {
  return render(state, state.get(kind::portal_configuration, params.path("id"), "id"));
}

json::value update_portal_configuration(State& state, Params& params) {
  const std::string id = params.path("id");
  const json::object before = render(state, state.get(kind::portal_configuration, id, "id"));
  Record& configuration = state.store.edit(kind::portal_configuration, id);
  if (const auto active = params.boolean("active")) {
    if (!*active && flag_of(before, "is_default"))
      throw StripeError::invalid("The default configuration cannot be made inactive.", "active");
    configuration.shown["active"] = *active;
  }
  apply(state, params, configuration);
  configuration.shown["updated"] = state.now;
  emit_changes(state, "billing_portal.configuration.updated", kind::portal_configuration, id,
               before);
  return render(state, kind::portal_configuration, id);
}

json::value list_portal_configurations(State& state, Params& params) {
  const auto active = params.boolean("active");
  const auto is_default = params.boolean("is_default");
  return list_records(state, params, kind::portal_configuration,
                      "/v1/billing_portal/configurations", [&](const Record& one) {
                        return (!active || flag_of(one.shown, "active") == *active) &&
                               (!is_default || flag_of(one.shown, "is_default") == *is_default);
                      });
}

}  // namespace freehold::simulator
