// How an invoice comes to be: the draft, its lines, and finalization.
#include <fmt/format.h>

#include "core/money.hpp"
#include "simulator/customers.hpp"
#include "simulator/deliveries.hpp"
#include "simulator/events.hpp"
#include "simulator/invoices.hpp"
#include "simulator/payments.hpp"
#include "simulator/render.hpp"

namespace freehold::simulator {

namespace {

constexpr std::int64_t hour = 3600;
constexpr std::int64_t patience = 72 * hour;  // with endpoints that do not acknowledge

std::string describe(const State& state, const json::object& price, bool trial) {
  const std::string product =
      text_of(state.store.find(kind::product, text_of(price, "product"))->shown, "name");
  if (trial) return "Trial period for " + product;
  const json::object& recurring = object_of(price, "recurring");
  const Money amount{.minor = number_of(price, "unit_amount"),
                     .currency = *Currency::parse(text_of(price, "currency"))};
  const std::int64_t count = number_of(recurring, "interval_count", 1);
  const std::string interval = text_of(recurring, "interval");
  const std::string every = count == 1 ? interval : fmt::format("every {} {}s", count, interval);
  return fmt::format("1 × {} (at {} / {})", product, format_money(amount), every);
}

json::object line_of(State& state, const json::object& subscription, const json::object& item,
                     const std::string& invoice) {
  const json::object price = render(state, kind::price, text_of(item, "price"));
  const bool trial = text_of(subscription, "status") == "trialing";
  const std::int64_t amount = trial ? 0 : number_of(price, "unit_amount");
  const json::object source{{"invoice_item", nullptr},
                            {"proration", false},
                            {"proration_details", json::object{{"credited_items", nullptr}}},
                            {"subscription", subscription.at("id")},
                            {"subscription_item", item.at("id")}};
  return {
      {"id", state.new_id("il_1")},
      {"object", "line_item"},
      {"amount", amount},
      {"currency", price.at("currency")},
      {"description", describe(state, price, trial)},
      {"discount_amounts", json::array{}},
      {"discountable", true},
      {"discounts", json::array{}},
      {"invoice", invoice},
      {"livemode", false},
      {"metadata", subscription.at("metadata")},
      {"parent", json::object{{"invoice_item_details", nullptr},
                              {"subscription_item_details", source},
                              {"type", "subscription_item_details"}}},
      {"period", json::object{{"end", item.at("current_period_end")},
                              {"start", item.at("current_period_start")}}},
      {"pretax_credit_amounts", json::array{}},
      {"pricing", json::object{{"price_details", json::object{{"price", price.at("id")},
                                                              {"product", price.at("product")}}},
                               {"type", "price_details"},
                               {"unit_amount_decimal", std::to_string(amount)}}},
      {"quantity", 1},
      {"quantity_decimal", "1"},
      {"subscription", subscription.at("id")},
      {"subtotal", amount},
      {"taxes", json::array{}}};
}

json::object blank_invoice(const State& state, const std::string& id,
                           const json::object& subscription, std::string_view reason) {
  const json::object subscription_details{{"metadata", subscription.at("metadata")},
                                          {"subscription", subscription.at("id")}};
  json::object shown;
  shown["id"] = id;
  shown["object"] = "invoice";
  set_all(shown,
          "account_tax_ids application automatically_finalizes_at custom_fields customer_account "
          "customer_address customer_email customer_name customer_phone customer_shipping "
          "default_payment_method default_source description due_date effective_at ending_balance "
          "footer from_invoice hosted_invoice_url invoice_pdf last_finalization_error "
          "latest_revision lines next_payment_attempt number on_behalf_of receipt_number "
          "rendering shipping_cost shipping_details statement_descriptor test_clock "
          "webhooks_delivered_at",
          nullptr);
  set_all(shown,
          "amount_due amount_overpaid amount_paid amount_remaining amount_shipping attempt_count "
          "post_payment_credit_notes_amount pre_payment_credit_notes_amount starting_balance "
          "subtotal subtotal_excluding_tax total total_excluding_tax",
          0);
  set_all(shown, "attempted auto_advance livemode", false);
  set_all(shown,
          "customer_tax_ids default_tax_rates discounts total_discount_amounts "
          "total_pretax_credit_amounts total_taxes",
          json::array{});
  shown["account_country"] = "US";
  shown["account_name"] = "Freehold simulator";
  shown["automatic_tax"] = json::object{{"disabled_reason", nullptr},
                                        {"enabled", false},
                                        {"liability", nullptr},
                                        {"provider", nullptr},
                                        {"status", nullptr}};
  shown["billing_reason"] = reason;
  shown["collection_method"] = "charge_automatically";
  shown["created"] = state.now;
  shown["currency"] = subscription.at("currency");
  shown["customer"] = subscription.at("customer");
  shown["customer_tax_exempt"] = "none";
  shown["issuer"] = json::object{{"type", "self"}};
  shown["metadata"] = json::object{};
  shown["parent"] = json::object{{"quote_details", nullptr},
                                 {"subscription_details", subscription_details},
                                 {"type", "subscription_details"}};
  shown["payment_settings"] = json::object{{"default_mandate", nullptr},
                                           {"payment_method_options", nullptr},
                                           {"payment_method_types", nullptr}};
  shown["period_end"] = state.now;
  shown["period_start"] = state.now;
  shown["status"] = "draft";
  shown["status_transitions"] = json::object{{"finalized_at", nullptr},
                                             {"marked_uncollectible_at", nullptr},
                                             {"paid_at", nullptr},
                                             {"voided_at", nullptr}};
  return shown;
}

void add_payment(State& state, Record& invoice) {
  const std::int64_t amount = number_of(invoice.shown, "amount_due");
  const std::string currency = text_of(invoice.shown, "currency");
  const std::string intent =
      add_payment_intent(state, text_of(invoice.shown, "customer"), amount, currency);
  const std::string id = state.new_id("inpay_1");
  state.store.add(
      kind::invoice_payment, id,
      {{"id", id},
       {"object", "invoice_payment"},
       {"amount_paid", nullptr},
       {"amount_requested", amount},
       {"created", state.now},
       {"currency", currency},
       {"invoice", invoice.id},
       {"is_default", true},
       {"livemode", false},
       {"payment", json::object{{"payment_intent", intent}, {"type", "payment_intent"}}},
       {"status", "open"},
       {"status_transitions", json::object{{"canceled_at", nullptr}, {"paid_at", nullptr}}}});
  invoice.hidden["payment_intent"] = intent;
  invoice.hidden["payment"] = id;
}

void copy_customer(const State& state, json::object& invoice) {
  const json::object& customer =
      state.store.find(kind::customer, text_of(invoice, "customer"))->shown;
  if (flag_of(customer, "deleted")) return;  // the invoice keeps what it had
  invoice["customer_address"] = customer.at("address");
  invoice["customer_email"] = customer.at("email");
  invoice["customer_name"] = customer.at("name");
  invoice["customer_phone"] = customer.at("phone");
}

void plan_finalization(Record& invoice, std::int64_t shown_at, std::int64_t at) {
  invoice.shown["automatically_finalizes_at"] = shown_at;
  invoice.hidden["finalize_at"] = at;
}

// Whether invoice.created has yet to reach an endpoint: the last event is the one just emitted.
bool awaits_endpoints(const State& state) {
  return awaits_delivery(state, state.store.all(kind::event).rbegin()->second.id);
}

}  // namespace

std::string draft_invoice(State& state, const std::string& subscription, std::string_view reason) {
  const std::string id = state.new_id("in_1");
  const json::object& owner = state.store.find(kind::subscription, subscription)->shown;
  json::object invoice = blank_invoice(state, id, owner, reason);
  json::array lines;
  std::int64_t total = 0;
  for (const json::value& item : array_of(object_of(owner, "items"), "data")) {
    json::object line = line_of(state, owner, item.get_object(), id);
    total += number_of(line, "amount");
    lines.push_back(std::move(line));
  }
  for (const std::string_view sum : {"amount_due", "amount_remaining", "subtotal",
                                     "subtotal_excluding_tax", "total", "total_excluding_tax"})
    invoice[sum] = total;
  invoice["lines"] = list_object(std::move(lines), "/v1/invoices/" + id + "/lines");
  copy_customer(state, invoice);
  state.store.add(kind::invoice, id, std::move(invoice));
  state.store.edit(kind::subscription, subscription).shown["latest_invoice"] = id;
  return id;
}

void announce_draft(State& state, const std::string& id, bool auto_advance) {
  Record& invoice = state.store.edit(kind::invoice, id);
  invoice.shown["auto_advance"] = auto_advance;
  if (auto_advance) invoice.shown["automatically_finalizes_at"] = state.now + hour;
  emit(state, "invoice.created", kind::invoice, id);
  if (!auto_advance) return;
  if (awaits_endpoints(state)) {
    plan_finalization(invoice, state.now + hour, state.now + patience);
  } else {
    invoice.shown["webhooks_delivered_at"] = state.now;
    plan_finalization(invoice, state.now + hour, state.now + hour);
  }
}

void event_acknowledged(State& state, const std::string& event) {
  const json::object& shown = state.store.find(kind::event, event)->shown;
  if (text_of(shown, "type") != "invoice.created") return;
  const std::string id = text_of(object_of(object_of(shown, "data"), "object"), "id");
  Record& invoice = state.store.edit(kind::invoice, id);
  if (is_set(invoice.shown, "webhooks_delivered_at")) return;
  invoice.shown["webhooks_delivered_at"] = state.now;
  if (text_of(invoice.shown, "status") == "draft" && flag_of(invoice.shown, "auto_advance"))
    plan_finalization(invoice, state.now + hour, state.now + hour);
}

void finalize(State& state, const std::string& id) {
  Record& invoice = state.store.edit(kind::invoice, id);
  invoice.shown["status"] = "open";
  invoice.shown["number"] = take_invoice_number(state, text_of(invoice.shown, "customer"));
  invoice.shown["automatically_finalizes_at"] = nullptr;
  invoice.shown["effective_at"] = state.now;
  invoice.shown["ending_balance"] = 0;
  invoice.shown["auto_advance"] = true;
  invoice.shown["hosted_invoice_url"] = state.base_url + "/invoice/" + id;
  invoice.shown["status_transitions"].as_object()["finalized_at"] = state.now;
  copy_customer(state, invoice.shown);
  emit(state, "invoice.finalized", kind::invoice, id);
  if (number_of(invoice.shown, "amount_due") == 0)
    mark_paid(state, id);
  else
    add_payment(state, invoice);
}

}  // namespace freehold::simulator
