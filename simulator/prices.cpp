#include "simulator/prices.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/money.hpp"
#include "simulator/events.hpp"
#include "simulator/lists.hpp"
#include "simulator/meters.hpp"
#include "simulator/pricing.hpp"
#include "simulator/products.hpp"
#include "simulator/render.hpp"

namespace freehold::simulator {

namespace {

std::string read_currency(const Params& params) {
  std::string code = params.need_text("currency");
  std::transform(code.begin(), code.end(), code.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  if (!Currency::parse(code))
    throw StripeError::parameter({}, "currency", fmt::format("Invalid currency: {}.", code));
  return code;
}

json::value read_recurring(const State& state, const Params& params) {
  if (!params.has("recurring")) return nullptr;
  const Params recurring = params.group("recurring");
  recurring.need_text("interval");
  const std::string interval = *recurring.one_of("interval", {"day", "week", "month", "year"});
  const std::int64_t count = recurring.integer("interval_count").value_or(1);
  if (count < 1 || count > 36)
    throw StripeError::invalid("Invalid interval count.", recurring.path_of("interval_count"));
  const std::string usage =
      recurring.one_of("usage_type", {"licensed", "metered"}).value_or("licensed");
  const std::string meter = recurring.text("meter").value_or("");
  if (!meter.empty()) active_meter(state, meter, recurring.path_of("meter"));
  if ((usage == "metered") != !meter.empty())
    throw StripeError::invalid("A metered price needs a meter, and only a metered price has one.",
                               recurring.path_of(meter.empty() ? "meter" : "usage_type"));
  return json::object{{"interval", interval},
                      {"interval_count", count},
                      {"meter", text_or_null(meter)},
                      {"trial_period_days", nullptr},
                      {"usage_type", usage}};
}

// How much it is: one amount per unit, or tiers.
void apply_amount(const Params& params, Record& price) {
  const bool tiered = params.one_of("billing_scheme", {"per_unit", "tiered"}) == "tiered";
  const auto amount = read_decimal_amount(params, "unit_amount");
  if (tiered) {
    if (amount)
      throw StripeError::invalid("A tiered price has no unit_amount of its own.", "unit_amount");
    params.need_text("tiers_mode");
    price.shown["billing_scheme"] = "tiered";
    price.shown["tiers_mode"] = *params.one_of("tiers_mode", {"graduated", "volume"});
    price.hidden["tiers"] = read_tiers(params);
  } else if (!amount) {
    params.need_integer("unit_amount");
  }
  set_decimal_amount(price.shown, "unit_amount", amount);
  price.shown["transform_quantity"] = read_transform(params);
  if (tiered && is_set(price.shown, "transform_quantity"))
    throw StripeError::invalid("A tiered price cannot transform its quantity.",
                               "transform_quantity");
}

std::string read_product(State& state, const Params& params) {
  if (!params.has("product_data")) {
    const std::string id = params.need_text("product");
    state.get(kind::product, id, "product");
    return id;
  }
  const Params data = params.group("product_data");
  const std::string name = data.need_text("name");
  const auto wanted = data.text("id");
  const std::string id = add_product(state, wanted.value_or(state.new_id("prod_", 14)), name);
  apply_metadata(data, state.store.edit(kind::product, id).shown["metadata"].as_object());
  emit(state, "product.created", kind::product, id);
  return id;
}

// Gives `lookup_key` to the price `id`. Another price that has it must be told to hand it over.
void take_lookup_key(State& state, const Params& params, const std::string& id) {
  const auto key = params.text("lookup_key");
  const bool transfer = params.boolean("transfer_lookup_key").value_or(false);
  if (!key) return;
  for (const Record* other : state.store.found(kind::price, *key)) {
    if (key->empty() || other->id == id || text_of(other->shown, "lookup_key") != *key) continue;
    if (!transfer)
      throw StripeError::invalid(
          fmt::format("A price (`{}`) already uses that lookup key.", other->id), "lookup_key");
    const json::object before = render(state, *other);
    state.store.edit(kind::price, other->id).shown["lookup_key"] = nullptr;
    emit_changes(state, "price.updated", kind::price, other->id, before);
  }
  state.store.edit(kind::price, id).shown["lookup_key"] = text_or_null(*key);
}

void apply(const Params& params, json::object& price) {
  if (const auto active = params.boolean("active")) price["active"] = *active;
  if (const auto name = params.text("nickname")) price["nickname"] = text_or_null(*name);
  if (const auto behavior =
          params.one_of("tax_behavior", {"exclusive", "inclusive", "unspecified"}))
    price["tax_behavior"] = *behavior;
  apply_metadata(params, price["metadata"].as_object());
}

json::object blank_price(const State& state, const std::string& id) {
  return {{"id", id},
          {"object", "price"},
          {"active", true},
          {"billing_scheme", "per_unit"},
          {"created", state.now},
          {"currency", nullptr},
          {"custom_unit_amount", nullptr},
          {"livemode", false},
          {"lookup_key", nullptr},
          {"metadata", json::object{}},
          {"nickname", nullptr},
          {"product", nullptr},
          {"recurring", nullptr},
          {"tax_behavior", "unspecified"},
          {"tiers_mode", nullptr},
          {"transform_quantity", nullptr},
          {"type", "one_time"},
          {"unit_amount", nullptr},
          {"unit_amount_decimal", nullptr}};
}

}  // namespace

json::value create_price(State& state, Params& params) {
  const std::string currency = read_currency(params);
  const std::string id = state.new_id("price_1");
  Record& record = state.store.add(kind::price, id, blank_price(state, id));
  json::object& price = record.shown;
  apply_amount(params, record);
  price["currency"] = currency;
  price["product"] = read_product(state, params);
  price["recurring"] = read_recurring(state, params);
  price["type"] = is_set(price, "recurring") ? "recurring" : "one_time";
  apply(params, price);
  take_lookup_key(state, params, id);
  emit(state, "price.created", kind::price, id);
  return render(state, kind::price, id);
}

json::value retrieve_price(State& state, Params& params) {
  return render(state, state.get(kind::price, params.path("id"), "id"));
}

json::value update_price(State& state, Params& params) {
  const std::string id = params.path("id");
  state.get(kind::price, id, "id");
  const json::object before = render(state, kind::price, id);
  apply(params, state.store.edit(kind::price, id).shown);
  take_lookup_key(state, params, id);
  emit_changes(state, "price.updated", kind::price, id, before);
  return render(state, kind::price, id);
}

json::value list_prices(State& state, Params& params) {
  const auto active = params.boolean("active");
  const std::vector<std::string> keys = params.texts("lookup_keys");
  const Params recurring = params.group("recurring");
  const auto interval = recurring.one_of("interval", {"day", "week", "month", "year"});
  const auto usage = recurring.one_of("usage_type", {"licensed", "metered"});
  const auto meter = recurring.text("meter");
  const Filter others =
      all_of({time_filter(params, "created"), member_filter(params, "currency", "currency"),
              member_filter(params, "product", "product"), member_filter(params, "type", "type")});
  return list_records(
      state, params, kind::price, "/v1/prices",
      [&](const Record& price) {
        const std::string key = text_of(price.shown, "lookup_key");
        const json::object& of_price = object_of(price.shown, "recurring");
        return (!active || flag_of(price.shown, "active") == *active) &&
               (keys.empty() || std::find(keys.begin(), keys.end(), key) != keys.end()) &&
               (!interval || text_of(of_price, "interval") == *interval) &&
               (!usage || text_of(of_price, "usage_type") == *usage) &&
               (!meter || text_of(of_price, "meter") == *meter) && others(price);
      },
      keys.size() == 1 ? keys.front() : keyed_by(params, {"product"}));
}

const Record& recurring_price(const State& state, const std::string& id, const std::string& path) {
  const Record& price = state.get(kind::price, id, path);
  if (!flag_of(price.shown, "active"))
    throw StripeError::invalid(
        "The price specified is inactive. This field only accepts active "
        "prices.",
        path);
  if (!is_set(price.shown, "recurring"))
    throw StripeError::invalid(
        "The simulator does not simulate one-time prices in subscriptions "
        "yet.",
        path);
  return price;
}

json::array tiers_of(const State& state, const std::string& id) {
  return array_of(state.store.find(kind::price, id)->hidden, "tiers");
}

}  // namespace freehold::simulator
