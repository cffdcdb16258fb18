#include "simulator/entitlements.hpp"

#include <fmt/format.h>

#include <set>

#include "simulator/customers.hpp"
#include "simulator/events.hpp"
#include "simulator/lists.hpp"
#include "simulator/render.hpp"

namespace freehold::simulator {

namespace {

StripeError taken(std::string message, std::string_view param) {
  return StripeError::invalid(std::move(message), param, "resource_already_exists");
}

void apply(const Params& params, json::object& feature) {
  if (params.has("name")) feature["name"] = params.need_text("name");
  apply_metadata(params, feature["metadata"].as_object());
}

const Record& feature_of_product(const State& state, const Params& params) {
  const std::string id = params.path("id");
  const Record& link = state.get(kind::product_feature, id, "id");
  if (text_of(link.hidden, "product") != params.path("productId"))
    throw StripeError::no_such("product feature", id, "id");
  return link;
}

bool entitles(std::string_view status) {
  return status == "trialing" || status == "active" || status == "past_due";
}

// The features of everything that the customer is subscribed to.
std::set<std::string> features_for(const State& state, const std::string& customer) {
  std::set<std::string> features;
  for (const Record* subscription : state.store.found(kind::subscription, customer)) {
    if (!entitles(text_of(subscription->shown, "status"))) continue;
    for (const json::value& item : array_of(object_of(subscription->shown, "items"), "data")) {
      const std::string price = text_of(item.get_object(), "price");
      const std::string product = text_of(state.store.find(kind::price, price)->shown, "product");
      for (const Record* link : state.store.found(kind::product_feature, product))
        features.insert(text_of(link->shown, "entitlement_feature"));
    }
  }
  return features;
}

void grant(State& state, const std::string& customer, const std::string& feature) {
  const std::string id = state.new_id("ent_test_");
  const json::object& shown = state.store.find(kind::feature, feature)->shown;
  state.store.add(kind::active_entitlement, id,
                  {{"id", id},
                   {"object", kind::active_entitlement},
                   {"feature", feature},
                   {"livemode", false},
                   {"lookup_key", shown.at("lookup_key")}},
                  {{"customer", customer}});
}

void tell_summary(State& state, const std::string& customer) {
  json::array entitlements;
  for (const Record* entitlement : state.store.found(kind::active_entitlement, customer))
    entitlements.push_back(entitlement->shown);
  emit_object(state, "entitlements.active_entitlement_summary.updated",
              {{"object", "entitlements.active_entitlement_summary"},
               {"customer", customer},
               {"entitlements", list_object(std::move(entitlements),
                                            fmt::format("/v1/customer/{}/entitlements", customer))},
               {"livemode", false}});
}

// Those who are subscribed to the product gain or lose a feature of it at once.
void refresh_subscribers(State& state, const std::string& product) {
  std::set<std::string> customers;
  for (const auto& [order, subscription] : state.store.all(kind::subscription))
    for (const json::value& item : array_of(object_of(subscription.shown, "items"), "data")) {
      const std::string price = text_of(item.get_object(), "price");
      if (text_of(state.store.find(kind::price, price)->shown, "product") == product)
        customers.insert(text_of(subscription.shown, "customer"));
    }
  for (const std::string& customer : customers) refresh_entitlements(state, customer);
}

}  // namespace

json::value create_feature(State& state, Params& params) {
  const std::string key = params.need_text("lookup_key");
  params.need_text("name");
  if (!state.store.under(kind::feature, key).empty())
    throw taken(fmt::format("A feature with the lookup key {} exists already.", key), "lookup_key");
  const std::string id = state.new_id("feat_test_");
  Record& feature = state.store.add(kind::feature, id,
                                    {{"id", id},
                                     {"object", kind::feature},
                                     {"active", true},
                                     {"livemode", false},
                                     {"lookup_key", key},
                                     {"metadata", json::object{}},
                                     {"name", nullptr}});
  apply(params, feature.shown);
  return render(state, feature);
}

json::value retrieve_feature(State& state, Params& params) {
  return render(state, state.get(kind::feature, params.path("id"), "id"));
}

json::value update_feature(State& state, Params& params) {
  const std::string id = params.path("id");
  state.get(kind::feature, id, "id");
  json::object& feature = state.store.edit(kind::feature, id).shown;
  if (const auto active = params.boolean("active")) feature["active"] = *active;
  apply(params, feature);
  return render(state, kind::feature, id);
}

json::value list_features(State& state, Params& params) {
  const bool archived = params.boolean("archived").value_or(false);
  const Filter key = member_filter(params, "lookup_key", "lookup_key");
  return list_records(state, params, kind::feature, "/v1/entitlements/features",
                      [&](const Record& feature) {
                        return flag_of(feature.shown, "active") != archived && key(feature);
                      });
}

json::value create_product_feature(State& state, Params& params) {
  const std::string product = params.path("id");
  state.get(kind::product, product, "id");
  const std::string feature = params.need_text("entitlement_feature");
  state.get(kind::feature, feature, "entitlement_feature");
  for (const Record* link : state.store.found(kind::product_feature, product))
    if (text_of(link->shown, "entitlement_feature") == feature)
      throw taken("The product has this feature already.", "entitlement_feature");
  const std::string id = state.new_id("prodft_test_");
  state.store.add(kind::product_feature, id,
                  {{"id", id},
                   {"object", kind::product_feature},
                   {"entitlement_feature", feature},
                   {"livemode", false}},
                  {{"product", product}});
  refresh_subscribers(state, product);
  return render(state, kind::product_feature, id);
}

json::value retrieve_product_feature(State& state, Params& params) {
  return render(state, feature_of_product(state, params));
}

json::value delete_product_feature(State& state, Params& params) {
  const std::string id = feature_of_product(state, params).id;
  state.store.erase(kind::product_feature, id);
  refresh_subscribers(state, params.path("productId"));
  return json::object{{"id", id}, {"object", kind::product_feature}, {"deleted", true}};
}

json::value list_product_features(State& state, Params& params) {
  const std::string product = params.path("id");
  state.get(kind::product, product, "id");
  return list_records(
      state, params, kind::product_feature, fmt::format("/v1/products/{}/features", product),
      [](const Record&) { return true; }, product);
}

json::value retrieve_active_entitlement(State& state, Params& params) {
  return render(state, state.get(kind::active_entitlement, params.path("id"), "id"));
}

json::value list_active_entitlements(State& state, Params& params) {
  const std::string customer = params.need_text("customer");
  live_customer(state, customer, "customer");
  return list_records(
      state, params, kind::active_entitlement, "/v1/entitlements/active_entitlements",
      [](const Record&) { return true; }, customer);
}

void refresh_entitlements(State& state, const std::string& customer) {
  std::set<std::string> missing = features_for(state, customer);
  bool changed = false;
  for (const Record* entitlement : state.store.found(kind::active_entitlement, customer)) {
    if (missing.erase(text_of(entitlement->shown, "feature")) > 0) continue;
    state.store.erase(kind::active_entitlement, std::string(entitlement->id));
    changed = true;
  }
  for (const std::string& feature : missing) grant(state, customer, feature);
  if (changed || !missing.empty()) tell_summary(state, customer);
}

}  // namespace freehold::simulator
