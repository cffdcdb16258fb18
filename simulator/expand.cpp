#include "simulator/expand.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <span>

#include "simulator/checkout.hpp"
#include "simulator/invoices.hpp"
#include "simulator/lists.hpp"
#include "simulator/prices.hpp"
#include "simulator/refunds.hpp"
#include "simulator/render.hpp"
#include "simulator/subscriptions.hpp"

namespace freehold::simulator {

namespace {

// One member that a path may go through. A member without an edge cannot be expanded.
struct Edge {
  enum class Leads {
    by_id,      // an id in whose place the object is put
    inside,     // an object, list or list element that is there already
    on_demand,  // what is shown only when it is asked for
    nowhere,    // expandable at Stripe, always null here
  };
  std::string_view from;  // type
  std::string_view member;
  std::string_view to;  // type
  Leads leads;
};
using enum Edge::Leads;

// Types with a dot after the colon are parts of objects; "list:x" is a list of x.
constexpr std::array edges = {
    Edge{"customer", "invoice_settings", "customer:invoice_settings", inside},
    Edge{"customer:invoice_settings", "default_payment_method", "payment_method", by_id},
    Edge{"customer", "subscriptions", "list:subscription", on_demand},
    Edge{"customer", "default_source", "", nowhere},
    Edge{"customer", "test_clock", "test_helpers.test_clock", by_id},
    Edge{"product", "default_price", "price", by_id},
    Edge{"price", "product", "product", by_id},
    Edge{"price", "tiers", "", on_demand},
    Edge{"payment_method", "customer", "customer", by_id},
    Edge{"setup_intent", "customer", "customer", by_id},
    Edge{"setup_intent", "payment_method", "payment_method", by_id},
    Edge{"subscription", "customer", "customer", by_id},
    Edge{"subscription", "default_payment_method", "payment_method", by_id},
    Edge{"subscription", "latest_invoice", "invoice", by_id},
    Edge{"subscription", "items", "list:subscription_item", inside},
    Edge{"subscription", "pending_setup_intent", "", nowhere},
    Edge{"subscription", "schedule", "subscription_schedule", by_id},
    Edge{"subscription_schedule", "customer", "customer", by_id},
    Edge{"subscription_schedule", "subscription", "subscription", by_id},
    Edge{"subscription", "discounts", "discount", by_id},
    Edge{"discount", "customer", "customer", by_id},
    Edge{"discount", "promotion_code", "promotion_code", by_id},
    Edge{"discount", "source", "discount:source", inside},
    Edge{"discount:source", "coupon", "coupon", by_id},
    Edge{"coupon", "applies_to", "", on_demand},
    Edge{"promotion_code", "customer", "customer", by_id},
    Edge{"promotion_code", "promotion", "promotion_code:promotion", inside},
    Edge{"promotion_code:promotion", "coupon", "coupon", by_id},
    Edge{"subscription", "default_source", "", nowhere},
    Edge{"subscription", "test_clock", "test_helpers.test_clock", by_id},
    Edge{"subscription_item", "price", "price", inside},
    Edge{"subscription_item", "discounts", "discount", by_id},
    Edge{"invoice", "customer", "customer", by_id},
    Edge{"invoice", "default_payment_method", "payment_method", by_id},
    Edge{"invoice", "lines", "list:line_item", inside},
    Edge{"invoice", "payments", "list:invoice_payment", on_demand},
    Edge{"invoice", "parent", "invoice:parent", inside},
    Edge{"invoice:parent", "subscription_details", "invoice:subscription_details", inside},
    Edge{"invoice:subscription_details", "subscription", "subscription", by_id},
    Edge{"invoice", "discounts", "discount", by_id},
    Edge{"line_item", "discounts", "discount", by_id},
    Edge{"invoiceitem", "customer", "customer", by_id},
    Edge{"invoiceitem", "discounts", "discount", by_id},
    Edge{"invoiceitem", "invoice", "invoice", by_id},
    Edge{"customer_balance_transaction", "customer", "customer", by_id},
    Edge{"customer_balance_transaction", "invoice", "invoice", by_id},
    Edge{"invoice", "test_clock", "test_helpers.test_clock", by_id},
    Edge{"line_item", "pricing", "line_item:pricing", inside},
    Edge{"line_item:pricing", "price_details", "line_item:price_details", inside},
    Edge{"line_item:price_details", "price", "price", by_id},
    Edge{"line_item", "subscription", "subscription", by_id},
    Edge{"invoice_payment", "invoice", "invoice", by_id},
    Edge{"invoice_payment", "payment", "invoice_payment:payment", inside},
    Edge{"invoice_payment:payment", "payment_intent", "payment_intent", by_id},
    Edge{"payment_intent", "customer", "customer", by_id},
    Edge{"payment_intent", "payment_method", "payment_method", by_id},
    Edge{"payment_intent", "latest_charge", "charge", by_id},
    Edge{"charge", "customer", "customer", by_id},
    Edge{"charge", "payment_intent", "payment_intent", by_id},
    Edge{"charge", "balance_transaction", "", nowhere},
    Edge{"billing_portal.session", "configuration", "billing_portal.configuration", by_id},
    Edge{"billing_portal.configuration", "features", "configuration:features", inside},
    Edge{"configuration:features", "subscription_update", "configuration:update", inside},
    Edge{"configuration:update", "products", "", nowhere},
    Edge{"charge", "refunds", "list:refund", on_demand},
    Edge{"tax_id", "customer", "customer", by_id},
    Edge{"dispute", "charge", "charge", by_id},
    Edge{"dispute", "payment_intent", "payment_intent", by_id},
    Edge{"refund", "charge", "charge", by_id},
    Edge{"refund", "payment_intent", "payment_intent", by_id},
    Edge{"refund", "balance_transaction", "", nowhere},
    Edge{"credit_note", "customer", "customer", by_id},
    Edge{"credit_note", "invoice", "invoice", by_id},
    Edge{"credit_note", "customer_balance_transaction", "customer_balance_transaction", by_id},
    Edge{"checkout.session", "customer", "customer", by_id},
    Edge{"checkout.session", "subscription", "subscription", by_id},
    Edge{"checkout.session", "invoice", "invoice", by_id},
    Edge{"checkout.session", "setup_intent", "setup_intent", by_id},
    Edge{"checkout.session", "payment_intent", "payment_intent", by_id},
    Edge{"checkout.session", "line_items", "list:item", on_demand},
    Edge{"item", "price", "price", inside},
    Edge{"billing.credit_grant", "customer", "customer", by_id},
    Edge{"billing.credit_grant", "test_clock", "test_helpers.test_clock", by_id},
    Edge{"billing.credit_balance_transaction", "credit_grant", "billing.credit_grant", by_id},
    Edge{"entitlements.active_entitlement", "feature", "entitlements.feature", by_id},
};

using Path = std::span<const std::string>;

const Edge* find_edge(std::string_view from, std::string_view member) {
  const auto found = std::find_if(edges.begin(), edges.end(), [&](const Edge& edge) {
    return edge.from == from && edge.member == member;
  });
  return found == edges.end() ? nullptr : &*found;
}

std::vector<std::string> split(const std::string& path) {
  std::vector<std::string> parts;
  std::size_t at = 0;
  for (std::size_t dot; (dot = path.find('.', at)) != std::string::npos; at = dot + 1)
    parts.push_back(path.substr(at, dot - at));
  parts.push_back(path.substr(at));
  return parts;
}

StripeError cannot_expand(const std::string& path, std::string_view hint = {}) {
  std::string message = fmt::format("This property cannot be expanded ({}).", path);
  if (!hint.empty()) message += fmt::format(" You may want to try expanding '{}' instead.", hint);
  StripeError error = StripeError::invalid(std::move(message));
  error.begun = false;
  return error;
}

// Refuses a path that the types do not have. `type` is that of the answer.
void check(std::string_view type, Path rest, const std::string& path) {
  while (!rest.empty()) {
    const std::string& member = rest.front();
    rest = rest.subspan(1);
    if (type.starts_with("list:")) {
      if (member != "data") throw cannot_expand(path, rest.empty() ? "data." + path : "");
      type.remove_prefix(5);
      if (rest.empty()) throw cannot_expand(path);
      continue;
    }
    const Edge* edge = find_edge(type, member);
    if (edge == nullptr || (edge->leads == nowhere && !rest.empty())) throw cannot_expand(path);
    type = edge->to;
  }
}

// Null when there is nothing to show.
json::value on_demand_value(const State& state, const Edge& edge, const json::object& owner) {
  const std::string id = text_of(owner, "id");
  if (edge.to == "list:subscription") return subscriptions_of(state, id);
  if (edge.to == "list:invoice_payment") return payments_of(state, id);
  if (edge.to == "list:refund") return refunds_of(state, id);
  if (edge.to == "list:item") return line_items_of(state, id);
  if (edge.member == "tiers") {
    json::array tiers = tiers_of(state, id);
    return tiers.empty() ? json::value(nullptr) : json::value(std::move(tiers));
  }
  const json::object& kept = object_of(state.store.find(kind::coupon, id)->hidden, edge.member);
  return kept.empty() ? json::value(nullptr) : json::value(kept);
}

void follow(const State& state, std::string_view type, Path rest, json::value& value);

void put_object(const State& state, std::string_view kind, json::value& id) {
  if (id.is_string()) id = render(state, kind, std::string_view(id.get_string()));
}

void follow_member(const State& state, const Edge& edge, Path rest, json::object& owner) {
  if (edge.leads == on_demand && !is_set(owner, edge.member)) {
    json::value found = on_demand_value(state, edge, owner);
    if (found.is_null()) return;
    owner[edge.member] = std::move(found);
  }
  json::value& value = owner[edge.member];
  if (edge.leads == by_id) put_object(state, edge.to, value);
  if (json::array* several = edge.leads == by_id ? value.if_array() : nullptr)
    for (json::value& one : *several) {
      put_object(state, edge.to, one);
      follow(state, edge.to, rest, one);
    }
  follow(state, edge.to, rest, value);
}

void follow(const State& state, std::string_view type, Path rest, json::value& value) {
  if (rest.empty() || !value.is_object()) return;
  json::object& object = value.get_object();
  if (flag_of(object, "deleted")) return;
  if (type.starts_with("list:")) {
    for (json::value& element : object["data"].as_array())
      follow(state, type.substr(5), rest.subspan(1), element);
    return;
  }
  if (const Edge* edge = find_edge(type, rest.front()); edge->leads != nowhere)
    follow_member(state, *edge, rest.subspan(1), object);
}

// "list:customer" needs the kind of its elements even when it is empty: its url says it.
std::string type_of(const json::object& answer) {
  std::string type = text_of(answer, "object");
  if (type != "list") return type;
  return "list:" + std::string(kind_of_list(text_of(answer, "url")));
}

}  // namespace

void expand(const State& state, const std::vector<std::string>& paths, json::object& answer) {
  const std::string type = type_of(answer);
  json::value whole = std::move(answer);
  for (const std::string& path : paths) {
    const std::vector<std::string> parts = split(path);
    if (parts.size() > 4)
      throw StripeError::parameter(
          {}, "expand",
          fmt::format("You cannot expand more than 4 levels of a property. Property: {}", path));
    check(type, parts, path);
    follow(state, type, parts, whole);
  }
  answer = std::move(whole.get_object());
}

}  // namespace freehold::simulator
