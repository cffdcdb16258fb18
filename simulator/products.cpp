#include "simulator/products.hpp"

#include <algorithm>

#include "simulator/events.hpp"
#include "simulator/lists.hpp"
#include "simulator/render.hpp"

namespace freehold::simulator {

namespace {

json::object blank_product(const State& state, const std::string& id, const std::string& name) {
  return {{"id", id},
          {"object", "product"},
          {"active", true},
          {"created", state.now},
          {"default_price", nullptr},
          {"description", nullptr},
          {"images", json::array{}},
          {"livemode", false},
          {"marketing_features", json::array{}},
          {"metadata", json::object{}},
          {"name", name},
          {"package_dimensions", nullptr},
          {"shippable", nullptr},
          {"statement_descriptor", nullptr},
          {"tax_code", nullptr},
          {"tax_details", nullptr},
          {"type", "service"},
          {"unit_label", nullptr},
          {"updated", state.now},
          {"url", nullptr}};
}

void apply(const Params& params, json::object& product) {
  if (const auto active = params.boolean("active")) product["active"] = *active;
  for (const std::string_view name : {"description", "unit_label", "url", "statement_descriptor"})
    if (const auto text = params.text(name)) product[name] = text_or_null(*text);
  apply_metadata(params, product["metadata"].as_object());
}

}  // namespace

std::string add_product(State& state, const std::string& id, const std::string& name) {
  if (state.store.find(kind::product, id) != nullptr) {
    StripeError error =
        StripeError::invalid("Product already exists.", "id", "resource_already_exists");
    throw error;
  }
  state.store.add(kind::product, id, blank_product(state, id, name));
  return id;
}

json::value create_product(State& state, Params& params) {
  const std::string name = params.need_text("name");
  const auto wanted = params.text("id");
  const std::string id =
      add_product(state, wanted && !wanted->empty() ? *wanted : state.new_id("prod_", 14), name);
  apply(params, state.store.edit(kind::product, id).shown);
  emit(state, "product.created", kind::product, id);
  return render(state, kind::product, id);
}

json::value retrieve_product(State& state, Params& params) {
  return render(state, state.get(kind::product, params.path("id"), "id"));
}

json::value update_product(State& state, Params& params) {
  const std::string id = params.path("id");
  state.get(kind::product, id, "id");
  const json::object before = render(state, kind::product, id);
  json::object& product = state.store.edit(kind::product, id).shown;
  if (params.has("name")) product["name"] = params.need_text("name");
  if (const auto price = params.text("default_price")) {
    if (!price->empty()) state.get(kind::price, *price, "default_price");
    product["default_price"] = text_or_null(*price);
  }
  apply(params, product);
  if (product != before) product["updated"] = state.now;
  emit_changes(state, "product.updated", kind::product, id, before);
  return render(state, kind::product, id);
}

json::value delete_product(State& state, Params& params) {
  const std::string id = params.path("id");
  state.get(kind::product, id, "id");
  if (!state.store.under(kind::price, id).empty())
    throw StripeError::invalid(
        "This product cannot be deleted because it has one or more "
        "user-created prices.");
  emit(state, "product.deleted", kind::product, id);
  state.store.erase(kind::product, id);
  return json::object{{"id", id}, {"object", "product"}, {"deleted", true}};
}

json::value list_products(State& state, Params& params) {
  const auto active = params.boolean("active");
  const std::vector<std::string> ids = params.texts("ids");
  const Filter others =
      all_of({time_filter(params, "created"), member_filter(params, "url", "url")});
  return list_records(state, params, kind::product, "/v1/products", [&](const Record& product) {
    const bool wanted = ids.empty() || std::find(ids.begin(), ids.end(), product.id) != ids.end();
    return wanted && (!active || flag_of(product.shown, "active") == *active) && others(product);
  });
}

}  // namespace freehold::simulator
