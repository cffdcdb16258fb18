#include "simulator/shapes.hpp"

#include <algorithm>
#include <array>

#include "core/time.hpp"
#include "simulator/invoices.hpp"
#include "simulator/render.hpp"

namespace freehold::simulator {

namespace {

struct ListPlace {
  std::string_view object;
  std::string_view path;
};
constexpr std::array collections = {
    ListPlace{"customer", "/v1/customers"},
    ListPlace{"product", "/v1/products"},
    ListPlace{"price", "/v1/prices"},
    ListPlace{"coupon", "/v1/coupons"},
    ListPlace{"promotion_code", "/v1/promotion_codes"},
    ListPlace{"payment_method", "/v1/payment_methods"},
    ListPlace{"payment_intent", "/v1/payment_intents"},
    ListPlace{"setup_intent", "/v1/setup_intents"},
    ListPlace{"charge", "/v1/charges"},
    ListPlace{"dispute", "/v1/disputes"},
    ListPlace{"refund", "/v1/refunds"},
    ListPlace{"credit_note", "/v1/credit_notes"},
    ListPlace{"invoice", "/v1/invoices"},
    ListPlace{"invoiceitem", "/v1/invoiceitems"},
    ListPlace{"invoice_payment", "/v1/invoice_payments"},
    ListPlace{"subscription", "/v1/subscriptions"},
    ListPlace{"subscription_schedule", "/v1/subscription_schedules"},
    ListPlace{"checkout.session", "/v1/checkout/sessions"},
};

void remove(json::object& object, std::initializer_list<std::string_view> names) {
  for (const std::string_view name : names) object.erase(name);
}

// The first of its discounts: there was one.
void keep_one_discount(json::object& object) {
  const json::array discounts = array_of(object, "discounts");
  object["discount"] = nullptr;
  if (discounts.empty()) return;
  object["discount"] = discounts.front();
}

void age_subscription(json::object& subscription) {
  const json::array items = array_of(object_of(subscription, "items"), "data");
  const json::object first = items.empty() ? json::object{} : items.front().get_object();
  for (const std::string_view name : {"current_period_start", "current_period_end"})
    if (first.contains(name)) subscription[name] = first.at(name);
  if (items.size() == 1) {
    subscription["plan"] = first.at("plan");
    subscription["quantity"] = number_of(first, "quantity", 1);
  }
  keep_one_discount(subscription);
  remove(subscription,
         {"billing_cycle_anchor_config", "billing_mode", "billing_schedules", "customer_account",
          "discounts", "invoice_settings", "managed_payments", "status_details"});
  if (!subscription.contains("items")) return;
  for (json::value& item : subscription["items"].as_object()["data"].as_array())
    remove(item.as_object(),
           {"current_period_end", "current_period_start", "current_trial", "discounts"});
}

void age_line(const State& state, json::object& line) {
  const json::object parent = object_of(line, "parent");
  const json::object source = object_of(parent, "subscription_item_details");
  line["type"] = source.empty() || is_set(source, "invoice_item") ? "invoiceitem" : "subscription";
  line["proration"] = flag_of(source, "proration");
  if (is_set(source, "subscription_item"))
    line["subscription_item"] = source.at("subscription_item");
  if (is_set(source, "invoice_item")) line["invoice_item"] = source.at("invoice_item");
  const json::object& details = object_of(object_of(line, "pricing"), "price_details");
  const std::string price = text_of(details, "price");
  line["price"] = state.store.find(kind::price, price) == nullptr
                      ? json::value(nullptr)
                      : json::value(render(state, kind::price, price));
  line["tax_amounts"] = json::array{};
  remove(line, {"invoice", "parent", "pretax_credit_amounts", "pricing", "quantity_decimal",
                "subtotal", "taxes"});
}

void age_invoice(const State& state, json::object& invoice) {
  invoice["subscription"] = text_or_null(subscription_of(invoice));
  invoice["subscription_details"] = object_of(object_of(invoice, "parent"), "subscription_details");
  invoice["paid"] = text_of(invoice, "status") == "paid";
  invoice["paid_out_of_band"] = false;
  const Record* kept = state.store.find(kind::invoice, text_of(invoice, "id"));
  const std::string intent = kept == nullptr ? "" : text_of(kept->hidden, "payment_intent");
  invoice["payment_intent"] = text_or_null(intent);
  const Record* payment = state.store.find(kind::payment_intent, intent);
  invoice["charge"] =
      payment == nullptr ? json::value(nullptr) : payment->shown.at("latest_charge");
  invoice["tax"] = nullptr;
  invoice["total_tax_amounts"] = json::array{};
  keep_one_discount(invoice);
  remove(invoice, {"amount_overpaid", "automatically_finalizes_at", "customer_account", "issuer",
                   "parent", "total_pretax_credit_amounts", "total_taxes"});
  if (!invoice.contains("lines")) return;
  for (json::value& line : invoice["lines"].as_object()["data"].as_array())
    age_line(state, line.as_object());
}

void age_payment(const State& state, json::object& payment) {
  const std::string intent = text_of(payment, "object") == kind::payment_intent
                                 ? text_of(payment, "id")
                                 : text_of(payment, "payment_intent");
  const Record* kept = state.store.find(kind::payment_intent, intent);
  payment["invoice"] =
      text_or_null(kept == nullptr ? std::string() : text_of(kept->hidden, "invoice"));
}

}  // namespace

json::object in_older_version(const State& state, json::object event) {
  event["api_version"] = older_version;
  json::object& data = event["data"].as_object();
  json::object& object = data["object"].as_object();
  const std::string kind = text_of(object, "object");
  if (kind == kind::subscription) age_subscription(object);
  if (kind == kind::invoice) age_invoice(state, object);
  if (kind == kind::charge || kind == kind::payment_intent) age_payment(state, object);
  if (kind == kind::subscription && data.contains("previous_attributes")) {
    json::object& before = data["previous_attributes"].as_object();
    const json::array items = array_of(object_of(before, "items"), "data");
    for (const std::string_view name : {"current_period_start", "current_period_end"})
      if (!items.empty() && items.front().get_object().contains(name))
        before[name] = items.front().get_object().at(name);
  }
  return event;
}

std::string address_of(const json::object& object) {
  const std::string kind = text_of(object, "object");
  const auto* const found =
      std::find_if(collections.begin(), collections.end(),
                   [&](const ListPlace& collection) { return collection.object == kind; });
  if (found == collections.end() || text_of(object, "id").empty()) return {};
  return std::string(found->path) + "/" + text_of(object, "id");
}

json::object as_thin_event(const json::object& event) {
  const json::object& object = object_of(object_of(event, "data"), "object");
  const std::string address = address_of(object);
  return {{"id", "evt_test_thin_" + text_of(event, "id").substr(4)},
          {"object", "v2.core.event"},
          {"type", "v1." + text_of(event, "type")},
          {"context", nullptr},
          {"created", to_rfc3339(from_unix_seconds(number_of(event, "created")))},
          {"livemode", false},
          {"reason", nullptr},
          {"related_object", address.empty()
                                 ? json::value(nullptr)
                                 : json::value(json::object{{"id", object.at("id")},
                                                            {"type", text_of(object, "object")},
                                                            {"url", address}})},
          {"snapshot_event", event.at("id")}};
}

}  // namespace freehold::simulator
