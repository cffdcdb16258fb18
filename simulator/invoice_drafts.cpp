// How an invoice comes to be: the draft, its lines, and finalization.
#include <algorithm>

#include "simulator/balance.hpp"
#include "simulator/credits.hpp"
#include "simulator/customers.hpp"
#include "simulator/deliveries.hpp"
#include "simulator/discounts.hpp"
#include "simulator/events.hpp"
#include "simulator/invoice_items.hpp"
#include "simulator/invoices.hpp"
#include "simulator/payments.hpp"
#include "simulator/pricing.hpp"
#include "simulator/render.hpp"
#include "simulator/subscription_changes.hpp"
#include "simulator/subscriptions.hpp"
#include "simulator/taxation.hpp"
#include "simulator/taxes.hpp"

namespace freehold::simulator {

namespace {

constexpr std::int64_t hour = 3600;
constexpr std::int64_t patience = 72 * hour;  // with endpoints that do not acknowledge

// What every draft begins with.
void set_blanks(json::object& shown) {
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
}

// Of an invoice that was made by hand there is none.
json::value parent_of(const json::object& owner) {
  if (!is_set(owner, "id")) return nullptr;
  return json::object{{"quote_details", nullptr},
                      {"subscription_details", json::object{{"metadata", owner.at("metadata")},
                                                            {"subscription", owner.at("id")}}},
                      {"type", "subscription_details"}};
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
  state.store.edit(kind::payment_intent, intent).hidden["invoice"] = invoice.id;
  invoice.hidden["payment"] = id;
}

void plan_finalization(Record& invoice, std::int64_t shown_at, std::int64_t at) {
  invoice.shown["automatically_finalizes_at"] = shown_at;
  invoice.hidden["finalize_at"] = at;
}

// Whether invoice.created has yet to reach an endpoint: the last event is the one just emitted.
bool awaits_endpoints(const State& state) {
  return awaits_delivery(state, state.store.all(kind::event).rbegin()->second.id);
}

void add_all(json::array& to, json::array lines) {
  for (json::value& line : lines) to.push_back(std::move(line));
}

json::array ids_of(const json::array& lines) {
  json::array ids;
  for (const json::value& line : lines) ids.push_back(line.get_object().at("id"));
  return ids;
}

bool holds(const json::array& values, const json::value& wanted) {
  return std::find(values.begin(), values.end(), wanted) != values.end();
}

// What an item costs for its period, one line for each tier.
json::array period_lines(State& state, const Record& invoice, const json::object& subscription,
                         const json::object& item, bool part) {
  const json::object whole = period_line(state, subscription, item, invoice.id);
  const Record& price = *state.store.find(kind::price, text_of(item, "price"));
  const bool trial = text_of(subscription, "status") == "trialing";
  json::array lines =
      trial ? json::array{whole} : by_tier(state, whole, price, number_of(item, "quantity", 1));
  if (!part) return lines;
  const Record& owner = *state.store.find(kind::subscription, text_of(subscription, "id"));
  for (json::value& line : lines)
    shorten_line(item, whole_period(state, owner, item), line.get_object());
  return lines;
}

json::array usage_lines(State& state, const json::object& item, const json::object& whole) {
  const Record& price = *state.store.find(kind::price, text_of(item, "price"));
  return by_tier(state, whole, price, number_of(whole, "quantity"));
}

// The lines for the items themselves. What a metered one costs is looked at again when the invoice
// is finalized: usage may be reported in between.
json::array lines_of_items(State& state, Record& invoice, const json::object& subscription,
                           const Contents& contents) {
  json::array lines;
  json::array usage;
  for (const json::value& value : array_of(object_of(subscription, "items"), "data")) {
    const json::object& item = value.get_object();
    const bool metered = is_metered(state.store.find(kind::price, text_of(item, "price"))->shown);
    if (!metered && contents.period && begins_period(subscription, item))
      add_all(lines, period_lines(state, invoice, subscription, item, contents.part));
    if (!metered || !contents.usage) continue;
    Span span = *contents.usage;
    span.from = std::max(span.from, number_of(item, "created"));
    json::array used =
        usage_lines(state, item, usage_line(state, subscription, item, invoice.id, span));
    usage.push_back(json::object{
        {"lines", ids_of(used)}, {"item", value}, {"from", span.from}, {"to", span.to}});
    add_all(lines, std::move(used));
  }
  invoice.hidden["usage"] = std::move(usage);
  return lines;
}

// What each item costs for the period that it has now been billed for: a later change gives back
// its unused part.
void remember_billed(State& state, const std::string& subscription, const json::object& invoice) {
  json::object now;
  for (const json::value& value : array_of(object_of(invoice, "lines"), "data")) {
    const json::object& line = value.get_object();
    const json::object& source = object_of(object_of(line, "parent"), "subscription_item_details");
    if (is_set(source, "subscription_item") && !flag_of(source, "proration"))
      now[text_of(source, "subscription_item")] =
          number_of(now, text_of(source, "subscription_item")) + number_of(line, "amount") -
          total_taken(array_of(line, "discount_amounts"));
  }
  // Items of a longer interval stay billed as they were.
  Record& owner = state.store.edit(kind::subscription, subscription);
  json::object billed = object_of(owner.hidden, "billed");
  for (const auto& [item, amount] : now) billed[item] = amount;
  owner.hidden["billed"] = std::move(billed);
}

// A discount that is taken off once belongs to the first invoice that it takes something off.
void claim_single_discounts(State& state, const json::object& invoice) {
  for (const json::value& value : array_of(invoice, "total_discount_amounts")) {
    const std::string id = text_of(value.get_object(), "discount");
    const json::object& source = object_of(state.store.find(kind::discount, id)->shown, "source");
    const json::object& coupon = state.store.find(kind::coupon, text_of(source, "coupon"))->shown;
    if (text_of(coupon, "duration") == "once" && number_of(value.get_object(), "amount") > 0)
      state.store.edit(kind::discount, id).hidden["used_by"] = text_of(invoice, "id");
  }
}

// Takes the discounts that this invoice has used up off the subscription.
void drop_used_discounts(State& state, const Record& invoice) {
  const std::string id = subscription_of(invoice.shown);
  const Record* owner = state.store.find(kind::subscription, id);
  if (owner == nullptr || text_of(owner->shown, "status") == "canceled") return;
  json::array used;
  for (const json::value& value : array_of(owner->shown, "discounts"))
    if (text_of(state.store.find(kind::discount, std::string_view(value.get_string()))->hidden,
                "used_by") == invoice.id)
      used.push_back(value);
  if (used.empty()) return;
  const json::object before = render(state, *owner);
  json::array& kept = state.store.edit(kind::subscription, id).shown["discounts"].as_array();
  for (const json::value& gone : used) kept.erase(std::find(kept.begin(), kept.end(), gone));
  end_discounts(state, used);
  emit_changes(state, "customer.subscription.updated", kind::subscription, id, before);
}

// The lines of what was used, as it is now known.
json::array refreshed(State& state, const Record& invoice, const json::object& usage,
                      const json::object& first) {
  json::object whole = first;
  refresh_usage(state, object_of(usage, "item"),
                {.from = number_of(usage, "from"), .to = number_of(usage, "to")},
                text_of(invoice.shown, "customer"), whole);
  return usage_lines(state, object_of(usage, "item"), whole);
}

void refresh_draft(State& state, Record& invoice) {
  if (array_of(invoice.hidden, "usage").empty()) return;
  json::array lines;
  json::array usages = array_of(invoice.hidden, "usage");
  for (const json::value& line : array_of(object_of(invoice.shown, "lines"), "data")) {
    const json::value& id = line.get_object().at("id");
    const auto usage = std::find_if(usages.begin(), usages.end(), [&](const json::value& one) {
      return holds(array_of(one.get_object(), "lines"), id);
    });
    if (usage == usages.end()) {
      lines.push_back(line);
    } else if (array_of(usage->get_object(), "lines").front() == id) {
      add_all(lines, refreshed(state, invoice, usage->get_object(), line.get_object()));
    }
  }
  invoice.shown["lines"].as_object()["data"] = std::move(lines);
}

}  // namespace

json::object blank_invoice(const State& state, const std::string& id, const json::object& owner,
                           std::string_view reason) {
  const bool taxed = flag_of(object_of(owner, "automatic_tax"), "enabled");
  json::object shown;
  shown["id"] = id;
  shown["object"] = "invoice";
  set_blanks(shown);
  shown["account_country"] = "US";
  shown["account_name"] = "Freehold simulator";
  shown["automatic_tax"] = json::object{{"disabled_reason", nullptr},
                                        {"enabled", taxed},
                                        {"liability", nullptr},
                                        {"provider", nullptr},
                                        {"status", nullptr}};
  if (taxed) {
    shown["automatic_tax"].as_object()["liability"] = json::object{{"type", "self"}};
    shown["automatic_tax"].as_object()["provider"] = "stripe";
  }
  shown["default_tax_rates"] = owner.at("default_tax_rates");
  shown["billing_reason"] = reason;
  shown["collection_method"] = owner.at("collection_method");
  if (is_sent(shown))
    shown["due_date"] = state.now + number_of(owner, "days_until_due") * 24 * hour;
  shown["created"] = state.now;
  shown["currency"] = owner.at("currency");
  shown["customer"] = owner.at("customer");
  shown["customer_tax_exempt"] = "none";
  shown["issuer"] = json::object{{"type", "self"}};
  shown["metadata"] = json::object{};
  shown["parent"] = parent_of(owner);
  shown["payment_settings"] = json::object{{"default_mandate", nullptr},
                                           {"payment_method_options", nullptr},
                                           {"payment_method_types", nullptr}};
  shown["period_end"] = state.now;
  shown["period_start"] = state.now;
  shown["status"] = "draft";
  shown["test_clock"] = owner.at("test_clock");
  shown["status_transitions"] = json::object{{"finalized_at", nullptr},
                                             {"marked_uncollectible_at", nullptr},
                                             {"paid_at", nullptr},
                                             {"voided_at", nullptr}};
  return shown;
}

void copy_customer(const State& state, json::object& invoice) {
  const json::object& customer =
      state.store.find(kind::customer, text_of(invoice, "customer"))->shown;
  if (flag_of(customer, "deleted")) return;  // the invoice keeps what it had
  invoice["customer_address"] = customer.at("address");
  invoice["customer_email"] = customer.at("email");
  invoice["customer_name"] = customer.at("name");
  invoice["customer_phone"] = customer.at("phone");
  invoice["customer_tax_exempt"] = customer.at("tax_exempt");
  invoice["custom_fields"] = object_of(customer, "invoice_settings").at("custom_fields");
  invoice["customer_tax_ids"] = tax_ids_of(state, text_of(customer, "id"));
}

std::string draft_invoice(State& state, const std::string& subscription, std::string_view reason,
                          const Contents& contents) {
  const std::string id = state.new_id("in_1");
  const json::object owner = state.store.find(kind::subscription, subscription)->shown;
  Record& invoice = state.store.add(kind::invoice, id, blank_invoice(state, id, owner, reason));
  json::array lines = take_waiting_items(state, owner, id);
  for (json::value& line : lines_of_items(state, invoice, owner, contents))
    lines.push_back(std::move(line));
  invoice.shown["lines"] = list_object(std::move(lines), "/v1/invoices/" + id + "/lines");
  json::array& discounts = invoice.shown["discounts"].as_array();
  for (const json::value& discount : array_of(owner, "discounts"))
    if (is_running(state, std::string(discount.get_string()), id)) discounts.push_back(discount);
  total_up(state, invoice.shown);
  if (contents.period) remember_billed(state, subscription, invoice.shown);
  claim_single_discounts(state, invoice.shown);
  copy_customer(state, invoice.shown);
  state.store.edit(kind::subscription, subscription).shown["latest_invoice"] = id;
  return id;
}

void announce_draft(State& state, const std::string& id, bool auto_advance) {
  Record& invoice = state.store.edit(kind::invoice, id);
  invoice.shown["auto_advance"] = auto_advance;
  if (auto_advance) invoice.shown["automatically_finalizes_at"] = state.now + hour;
  emit(state, "invoice.created", kind::invoice, id);
  if (!auto_advance) return;
  const bool own_clock = is_set(invoice.shown, "test_clock");  // endpoints cannot keep up with it
  if (!own_clock && awaits_endpoints(state)) {
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
  if (state.store.find(kind::invoice, id) == nullptr) return;  // a draft that was deleted
  Record& invoice = state.store.edit(kind::invoice, id);
  if (is_set(invoice.shown, "webhooks_delivered_at")) return;
  invoice.shown["webhooks_delivered_at"] = state.now;
  if (is_set(invoice.shown, "test_clock")) return;
  if (text_of(invoice.shown, "status") == "draft" && flag_of(invoice.shown, "auto_advance"))
    plan_finalization(invoice, state.now + hour, state.now + hour);
}

// Stays a draft until somebody says where the customer is and finalizes it.
// https://docs.stripe.com/tax/customer-locations
void fail_finalization(State& state, Record& invoice) {
  invoice.shown["automatic_tax"].as_object()["status"] = "requires_location_inputs";
  invoice.shown["auto_advance"] = false;
  invoice.shown["automatically_finalizes_at"] = nullptr;
  invoice.shown["last_finalization_error"] = json::object{
      {"code", "customer_tax_location_invalid"},
      {"doc_url", "https://stripe.com/docs/error-codes/customer-tax-location-invalid"},
      {"message",
       "The customer's location isn't recognized. Set a valid customer address in order to "
       "automatically calculate tax."},
      {"type", "invalid_request_error"}};
  emit(state, "invoice.finalization_failed", kind::invoice, invoice.id);
}

void finalize(State& state, const std::string& id) {
  Record& invoice = state.store.edit(kind::invoice, id);
  if (lacks_tax_location(state, invoice.shown)) return fail_finalization(state, invoice);
  if (flag_of(object_of(invoice.shown, "automatic_tax"), "enabled"))
    invoice.shown["automatic_tax"].as_object()["status"] = "complete";
  invoice.shown["last_finalization_error"] = nullptr;
  refresh_draft(state, invoice);
  total_up(state, invoice.shown);
  if (apply_credits(state, invoice)) total_up(state, invoice.shown);
  invoice.shown["status"] = "open";
  invoice.shown["number"] = take_invoice_number(state, text_of(invoice.shown, "customer"));
  invoice.shown["automatically_finalizes_at"] = nullptr;
  invoice.shown["effective_at"] = state.now;
  invoice.shown["auto_advance"] = true;
  invoice.hidden["overdue_at"] = invoice.shown.at("due_date");
  invoice.shown["hosted_invoice_url"] = state.base_url + "/invoice/" + id;
  invoice.shown["invoice_pdf"] = state.base_url + "/invoice/" + id + "/pdf";
  invoice.shown["status_transitions"].as_object()["finalized_at"] = state.now;
  copy_customer(state, invoice.shown);
  settle_with_balance(state, id);
  emit(state, "invoice.finalized", kind::invoice, id);
  drop_used_discounts(state, invoice);
  if (number_of(invoice.shown, "amount_due") == 0)
    mark_paid(state, id);
  else
    add_payment(state, invoice);
}

}  // namespace freehold::simulator
