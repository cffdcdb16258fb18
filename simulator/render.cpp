#include "simulator/render.hpp"

#include "simulator/coupons.hpp"

namespace freehold::simulator {

namespace {

// The legacy object that subscription items still carry beside their price.
json::object plan_of(const json::object& price) {
  const json::object& recurring = object_of(price, "recurring");
  return {{"id", price.at("id")},
          {"object", "plan"},
          {"active", price.at("active")},
          {"amount", price.at("unit_amount")},
          {"amount_decimal", price.at("unit_amount_decimal")},
          {"billing_scheme", price.at("billing_scheme")},
          {"created", price.at("created")},
          {"currency", price.at("currency")},
          {"interval", recurring.at("interval")},
          {"interval_count", recurring.at("interval_count")},
          {"livemode", false},
          {"metadata", price.at("metadata")},
          {"meter", recurring.at("meter")},
          {"nickname", price.at("nickname")},
          {"product", price.at("product")},
          {"tiers_mode", price.at("tiers_mode")},
          {"transform_usage", nullptr},
          {"trial_period_days", nullptr},
          {"usage_type", recurring.at("usage_type")}};
}

void embed_prices(const State& state, json::array& items) {
  for (json::value& item : items) {
    json::object& fields = item.as_object();
    const json::object price = render(state, kind::price, text_of(fields, "price"));
    fields["plan"] = plan_of(price);
    fields["price"] = price;
  }
}

void embed_prices(const State& state, json::object& subscription) {
  embed_prices(state, subscription["items"].as_object()["data"].as_array());
  json::object* pending = subscription["pending_update"].if_object();
  if (pending != nullptr && is_set(*pending, "subscription_items"))
    embed_prices(state, (*pending)["subscription_items"].as_array());
}

// The payload of `member` as an event has it, or nothing when it did not change.
const json::value* changed(const json::value& before, const json::value& after, json::value& into) {
  if (before == after) return nullptr;
  if (before.is_object() && after.is_object())
    into = changed_members(before.get_object(), after.get_object());
  else
    into = before;
  return &into;
}

}  // namespace

json::object render(const State& state, const Record& record) {
  json::object shown = record.shown;
  if (record.kind == kind::subscription) embed_prices(state, shown);
  if (record.kind == kind::product_feature)
    shown["entitlement_feature"] =
        render(state, kind::feature, text_of(shown, "entitlement_feature"));
  if (record.kind == kind::coupon) shown["valid"] = is_redeemable(state, shown);
  if (record.kind == kind::promotion_code) shown["active"] = is_usable(state, shown);
  return shown;
}

json::object render(const State& state, std::string_view kind, std::string_view id) {
  return render(state, *state.store.find(kind, id));
}

json::object changed_members(const json::object& before, const json::object& after) {
  json::object changes;
  json::value nested;
  for (const auto& member : before) {
    const json::value* now = after.if_contains(member.key());
    if (now == nullptr)
      changes[member.key()] = member.value();
    else if (const json::value* was = changed(member.value(), *now, nested))
      changes[member.key()] = *was;
  }
  for (const auto& member : after)
    if (!before.contains(member.key())) changes[member.key()] = nullptr;
  return changes;
}

}  // namespace freehold::simulator
