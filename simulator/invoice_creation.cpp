// Invoices that are made by hand, without a subscription, and drafts of them that are given up.
#include "core/money.hpp"
#include "simulator/customers.hpp"
#include "simulator/events.hpp"
#include "simulator/invoice_items.hpp"
#include "simulator/invoices.hpp"
#include "simulator/render.hpp"
#include "simulator/subscriptions.hpp"
#include "simulator/taxation.hpp"
#include "simulator/taxes.hpp"
#include "simulator/test_clocks.hpp"

namespace freehold::simulator {

namespace {

std::string read_currency(const Params& params, const json::object& customer) {
  const std::string has = text_of(customer, "currency");
  const std::string currency = params.text("currency").value_or(has.empty() ? "usd" : has);
  if (!Currency::parse(currency))
    throw StripeError::parameter({}, "currency", "Invalid currency: " + currency + ".");
  return currency;
}

// What a subscription would say of its invoices.
json::object read_owner(const State& state, const Params& params) {
  const std::string customer = params.need_text("customer");
  const Record& record = live_customer(state, customer, "customer");
  json::object owner{{"id", nullptr},
                     {"automatic_tax", json::object{{"enabled", false}, {"liability", nullptr}}},
                     {"collection_method", "charge_automatically"},
                     {"currency", read_currency(params, record.shown)},
                     {"customer", customer},
                     {"metadata", json::object{}},
                     {"test_clock", test_clock_of_customer(state, customer)}};
  if (params.has("due_date")) owner["days_until_due"] = 0;
  read_collection(params, owner);
  owner["default_tax_rates"] = read_tax_rates(state, params).value_or(json::array{});
  read_automatic_tax(state, params, owner);
  return owner;
}

}  // namespace

json::value create_invoice(State& state, Params& params) {
  const json::object owner = read_owner(state, params);
  const bool takes =
      params.one_of("pending_invoice_items_behavior", {"exclude", "include"}) == "include";
  const std::string id = state.new_id("in_1");
  Record& invoice = state.store.add(kind::invoice, id, blank_invoice(state, id, owner, "manual"));
  invoice.shown["lines"] = list_object(takes ? take_waiting_items(state, owner, id) : json::array{},
                                       "/v1/invoices/" + id + "/lines");
  apply_due_date(state, params, invoice);
  for (const std::string_view name : {"description", "footer"})
    if (const auto text = params.text(name)) invoice.shown[name] = text_or_null(*text);
  apply_metadata(params, invoice.shown["metadata"].as_object());
  total_up(state, invoice.shown);
  copy_customer(state, invoice.shown);
  announce_draft(state, id, params.boolean("auto_advance").value_or(false));
  return render(state, kind::invoice, id);
}

json::value delete_invoice(State& state, Params& params) {
  const std::string id = params.path("id");
  const json::object& invoice = state.get(kind::invoice, id, "id").shown;
  if (text_of(invoice, "status") != "draft" || is_set(invoice, "parent"))
    throw StripeError::invalid(
        "You can only delete draft invoices that were not made by a subscription.", "",
        "invoice_not_editable");
  json::array items;
  for (const Record* item : state.store.found(kind::invoice_item, id)) items.emplace_back(item->id);
  let_wait_again(state, items);
  emit(state, "invoice.deleted", kind::invoice, id);
  state.store.erase(kind::invoice, id);
  return json::object{{"id", id}, {"object", "invoice"}, {"deleted", true}};
}

}  // namespace freehold::simulator
