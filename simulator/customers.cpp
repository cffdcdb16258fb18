#include "simulator/customers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "simulator/addresses.hpp"
#include "simulator/events.hpp"
#include "simulator/lists.hpp"
#include "simulator/payment_methods.hpp"
#include "simulator/render.hpp"
#include "simulator/subscriptions.hpp"
#include "simulator/taxes.hpp"
#include "simulator/test_clocks.hpp"

namespace freehold::simulator {

namespace {

json::object blank_customer(const State& state, const std::string& id, std::string_view prefix) {
  return {{"id", id},
          {"object", "customer"},
          {"address", nullptr},
          {"balance", 0},
          {"created", state.now},
          {"currency", nullptr},
          {"customer_account", nullptr},
          {"default_source", nullptr},
          {"delinquent", false},
          {"description", nullptr},
          {"discount", nullptr},
          {"email", nullptr},
          {"invoice_prefix", prefix},
          {"invoice_settings", json::object{{"custom_fields", nullptr},
                                            {"default_payment_method", nullptr},
                                            {"footer", nullptr},
                                            {"rendering_options", nullptr}}},
          {"livemode", false},
          {"metadata", json::object{}},
          {"name", nullptr},
          {"next_invoice_sequence", 1},
          {"phone", nullptr},
          {"preferred_locales", json::array{}},
          {"shipping", nullptr},
          {"tax_exempt", "none"},
          {"test_clock", nullptr}};
}

std::string add_blank(State& state) {
  const std::string id = state.new_id("cus_", 14);
  std::string prefix = state.new_id("", 8);
  std::transform(prefix.begin(), prefix.end(), prefix.begin(),
                 [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  state.store.add(kind::customer, id, blank_customer(state, id, prefix));
  return id;
}

void apply(const Params& params, json::object& customer) {
  for (const std::string_view name : {"description", "email", "name", "phone"})
    if (const auto text = params.text(name)) customer[name] = text_or_null(*text);
  if (const auto locales = params.texts("preferred_locales"); !locales.empty())
    customer["preferred_locales"] = json::value_from(locales);
  if (const auto exempt = params.one_of("tax_exempt", {"exempt", "none", "reverse"}))
    customer["tax_exempt"] = *exempt;
  if (params.has("address")) customer["address"] = read_address(params);
  apply_metadata(params, customer["metadata"].as_object());
}

// invoice_settings[custom_fields]: what stands on every invoice, four at most.
void apply_custom_fields(State& state, const Params& settings, const std::string& id) {
  if (!settings.has("custom_fields")) return;
  json::array fields;
  if (settings.unsets("custom_fields")) {
    settings.text("custom_fields");
  } else {
    for (const Params& field : settings.groups("custom_fields"))
      fields.push_back(
          json::object{{"name", field.need_text("name")}, {"value", field.need_text("value")}});
  }
  if (fields.size() > 4)
    throw StripeError::invalid("There may be four custom fields.",
                               settings.path_of("custom_fields"));
  json::object& shown = state.store.edit(kind::customer, id).shown;
  shown["invoice_settings"].as_object()["custom_fields"] =
      fields.empty() ? json::value(nullptr) : json::value(std::move(fields));
}

// invoice_settings[default_payment_method]: a payment method of this customer.
void apply_invoice_settings(State& state, const Params& params, const std::string& id) {
  const Params settings = params.group("invoice_settings");
  apply_custom_fields(state, settings, id);
  const auto method = settings.text("default_payment_method");
  if (!method) return;
  if (!method->empty())
    attached_payment_method(state, *method, id, settings.path_of("default_payment_method"));
  set_default_payment_method(state, id, *method);
}

void set_failing(State& state, const std::string& id, std::string_view decline_code) {
  live_customer(state, id, "id");
  bool any = false;
  for (const Record* method : state.store.found(kind::payment_method, id)) {
    state.store.edit(kind::payment_method, method->id).hidden["failing"] = decline_code;
    any = true;
  }
  if (!any) throw StripeError::invalid("This customer has no card.");
}

}  // namespace

json::value create_customer(State& state, Params& params) {
  const std::string clock = params.text("test_clock").value_or("");
  if (!clock.empty()) still_test_clock(state, clock, "test_clock");
  const std::string id = add_blank(state);
  state.store.edit(kind::customer, id).shown["test_clock"] = text_or_null(clock);
  apply(params, state.store.edit(kind::customer, id).shown);
  if (const auto method = params.text("payment_method"))
    attach(state, take_payment_method(state, *method, "payment_method"), id);
  apply_invoice_settings(state, params, id);
  emit(state, "customer.created", kind::customer, id);
  read_tax_ids(state, params, id);
  return render(state, kind::customer, id);
}

json::value retrieve_customer(State& state, Params& params) {
  return render(state, state.get(kind::customer, params.path("id"), "id"));
}

json::value update_customer(State& state, Params& params) {
  const std::string id = params.path("id");
  live_customer(state, id, "id");
  const json::object before = render(state, kind::customer, id);
  apply(params, state.store.edit(kind::customer, id).shown);
  apply_invoice_settings(state, params, id);
  emit_changes(state, "customer.updated", kind::customer, id, before);
  return render(state, kind::customer, id);
}

json::value delete_customer(State& state, Params& params) {
  const std::string id = params.path("id");
  live_customer(state, id, "id");
  return remove_customer(state, id);
}

json::object remove_customer(State& state, const std::string& id) {
  cancel_subscriptions_of(state, id);
  emit(state, "customer.deleted", kind::customer, id);
  json::object deleted{{"id", id}, {"object", "customer"}, {"deleted", true}};
  Record& customer = state.store.edit(kind::customer, id);
  customer.hidden["test_clock"] = text_or_null(test_clock_of(customer));
  customer.shown = deleted;
  return deleted;
}

json::value list_customers(State& state, Params& params) {
  // Without the parameter only those on the simulator's own clock.
  const std::string clock = params.text("test_clock").value_or("");
  const Filter others =
      all_of({member_filter(params, "email", "email"), time_filter(params, "created")});
  return list_records(state, params, kind::customer, "/v1/customers", [&](const Record& customer) {
    return test_clock_of(customer) == clock && others(customer);
  });
}

json::value fail_card(State& state, Params& params) {
  const std::string id = params.path("id");
  set_failing(state, id, params.text("decline_code").value_or("generic_decline"));
  return render(state, kind::customer, id);
}

json::value fix_card(State& state, Params& params) {
  const std::string id = params.path("id");
  set_failing(state, id, "");
  return render(state, kind::customer, id);
}

const Record& live_customer(const State& state, const std::string& id, std::string_view path) {
  const Record& customer = state.get(kind::customer, id, path);
  if (flag_of(customer.shown, "deleted")) throw StripeError::no_such("customer", id, path);
  return customer;
}

std::string add_customer(State& state, const std::string& email, const std::string& name) {
  const std::string id = add_blank(state);
  json::object& customer = state.store.edit(kind::customer, id).shown;
  customer["email"] = text_or_null(email);
  customer["name"] = text_or_null(name);
  emit(state, "customer.created", kind::customer, id);
  return id;
}

void set_default_payment_method(State& state, const std::string& customer,
                                const std::string& payment_method) {
  json::object& shown = state.store.edit(kind::customer, customer).shown;
  shown["invoice_settings"].as_object()["default_payment_method"] = text_or_null(payment_method);
}

void set_delinquent(State& state, const std::string& customer, bool delinquent) {
  if (flag_of(state.store.find(kind::customer, customer)->shown, "deleted")) return;
  const json::object before = render(state, kind::customer, customer);
  state.store.edit(kind::customer, customer).shown["delinquent"] = delinquent;
  emit_changes(state, "customer.updated", kind::customer, customer, before);
}

std::string take_invoice_number(State& state, const std::string& customer) {
  json::object& shown = state.store.edit(kind::customer, customer).shown;
  const std::int64_t sequence = number_of(shown, "next_invoice_sequence", 1);
  shown["next_invoice_sequence"] = sequence + 1;
  return fmt::format("{}-{:04}", text_of(shown, "invoice_prefix"), sequence);
}

}  // namespace freehold::simulator
