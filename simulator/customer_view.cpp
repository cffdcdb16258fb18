#include "simulator/customer_view.hpp"

#include <fmt/format.h>

#include "core/json.hpp"
#include "html/parts.hpp"
#include "simulator/pages.hpp"
#include "simulator/render.hpp"
#include "simulator/subscriptions.hpp"

namespace freehold::simulator {

namespace {

constexpr std::size_t shown_events = 200;

std::string name_of(const json::object& customer) {
  for (const std::string_view member : {"name", "email", "id"})
    if (is_set(customer, member)) return text_of(customer, member);
  return text_of(customer, "id");
}

// The newest subscription, an ended one only when there is no other.
const Record* subscription_of_customer(const State& state, const std::string& customer) {
  const Record* ended = nullptr;
  const auto found = state.store.found(kind::subscription, customer);
  for (auto one = found.rbegin(); one != found.rend(); ++one) {
    const std::string status = text_of((*one)->shown, "status");
    if (status != "canceled" && status != "incomplete_expired") return *one;
    if (ended == nullptr) ended = *one;
  }
  return ended;
}

json::value subscription_model(const State& state, const Record* record) {
  if (record == nullptr) return nullptr;
  const json::object subscription = render(state, *record);
  const json::object& item = array_of(object_of(subscription, "items"), "data")[0].get_object();
  const json::object& price = object_of(item, "price");
  const std::string status = text_of(subscription, "status");
  const bool good = status == "active" || status == "trialing";
  const bool ended = status == "canceled" || status == "incomplete_expired";
  const std::string next = is_set(subscription, "cancel_at") ? "Ends"
                           : status == "trialing"            ? "Trial ends"
                                                             : "Renews";
  const std::int64_t at = is_set(subscription, "cancel_at") ? number_of(subscription, "cancel_at")
                                                            : period_end(subscription);
  return json::object{
      {"id", record->id},
      {"plan", text_of(state.store.find(kind::product, text_of(price, "product"))->shown, "name")},
      {"price", price_text(price)},
      {"badge", json::object{{"label", status_text(status)},
                             {"tone", good    ? "ok"
                                      : ended ? "neutral"
                                              : "bad"},
                             {"dot", true}}},
      {"next", ended ? fmt::format("Ended {}", date_text(number_of(subscription, "ended_at")))
                     : fmt::format("{} {}", next, date_text(at))}};
}

// The card that would be charged, and whether it would pay.
json::value card_model(const State& state, const Record& customer, const Record* subscription) {
  std::string id = subscription == nullptr ? std::string()
                                           : text_of(subscription->shown, "default_payment_method");
  if (id.empty())
    id = text_of(object_of(customer.shown, "invoice_settings"), "default_payment_method");
  const Record* method = state.store.find(kind::payment_method, id);
  if (method == nullptr) return nullptr;
  const bool fails = !text_of(method->hidden, "failing").empty();
  return json::object{{"text", card_text(method->shown)}, {"fails", fails}, {"pays", !fails}};
}

json::array invoices_of(const State& state, const std::string& customer) {
  json::array rows;
  const auto invoices = state.store.found(kind::invoice, customer);
  for (auto row = invoices.rbegin(); row != invoices.rend(); ++row) {
    const std::string& id = (*row)->id;
    const json::object& invoice = (*row)->shown;
    const std::string status = text_of(invoice, "status");
    const bool draft = status == "draft";
    rows.push_back(json::object{
        {"number", draft ? "Draft" : text_of(invoice, "number")},
        {"url", draft ? json::value(nullptr) : json::value("/invoice/" + id)},
        {"date", date_text(number_of(invoice, "created"))},
        {"amount", amount_text(number_of(invoice, "total"), text_of(invoice, "currency"))},
        {"badge", json::object{{"label", status_text(status)},
                               {"tone", status == "paid"   ? "ok"
                                        : status == "open" ? "bad"
                                                           : "neutral"},
                               {"dot", true}}},
        {"attempts", number_of(invoice, "attempt_count")}});
  }
  return rows;
}

std::string icon_of(std::string_view type) {
  if (type.ends_with("failed") || type.ends_with("voided")) return "alert_circle";
  if (type.starts_with("invoice")) return "receipt";
  if (type.starts_with("payment") || type.starts_with("charge")) return "card";
  if (type.starts_with("customer.subscription")) return "refresh";
  return "info";
}

// What a line of the event log says of the object.
std::string detail_of(const json::object& object) {
  const std::string kind = text_of(object, "object");
  const std::string currency = text_of(object, "currency");
  if (kind == kind::subscription) return status_text(text_of(object, "status"));
  if (kind == kind::invoice) {
    const std::string number = text_of(object, "number");  // a draft has none yet
    return fmt::format("{}{}{}, {}", status_text(text_of(object, "status")),
                       number.empty() ? "" : " ", number,
                       amount_text(number_of(object, "total"), currency));
  }
  if (kind == kind::payment_method) return card_text(object);
  if (kind == kind::dispute)
    return fmt::format("{}, {}", amount_text(number_of(object, "amount"), currency),
                       status_text(text_of(object, "status")));
  if (kind == kind::charge || kind == kind::payment_intent) {
    const std::string amount = amount_text(number_of(object, "amount"), currency);
    const std::string failure = text_of(object, "failure_message");
    return failure.empty() ? amount : amount + ": " + failure;
  }
  return {};
}

// What the cardholder wants back, and whether the bank has still to decide.
json::array disputes_of(const State& state, const std::string& customer) {
  json::array rows;
  std::vector<const Record*> disputes;
  for (const Record* charge : state.store.found(kind::charge, customer))
    for (const Record* dispute : state.store.found(kind::dispute, charge->id))
      disputes.push_back(dispute);
  for (auto row = disputes.rbegin(); row != disputes.rend(); ++row) {
    const std::string& id = (*row)->id;
    const json::object& dispute = (*row)->shown;
    const std::string status = text_of(dispute, "status");
    const bool over = status == "won" || status == "lost" || status == "warning_closed";
    rows.push_back(json::object{
        {"id", id},
        {"reason", status_text(text_of(dispute, "reason"))},
        {"date", date_text(number_of(dispute, "created"))},
        {"amount", amount_text(number_of(dispute, "amount"), text_of(dispute, "currency"))},
        {"badge", json::object{{"label", status_text(status)},
                               {"tone", status == "won" ? "ok"
                                        : over          ? "neutral"
                                                        : "bad"},
                               {"dot", true}}},
        {"open", !over},
        {"action", "/disputes/" + id}});
  }
  return rows;
}

html::Timeline timeline_of(const State& state, const std::string& customer) {
  html::Timeline timeline;
  const auto events = state.store.found(kind::event, customer);
  for (auto row = events.rbegin(); row != events.rend(); ++row) {
    const json::object& event = (*row)->shown;
    if (timeline.events.size() == shown_events) break;
    const std::string type = text_of(event, "type");
    const std::int64_t at = number_of(event, "created");
    const std::string detail = detail_of(object_of(object_of(event, "data"), "object"));
    timeline.events.push_back({.icon = icon_of(type),
                               .tone = type.ends_with("failed") ? "bad" : "neutral",
                               .title = type,
                               .detail = detail.empty() ? std::nullopt : std::optional(detail),
                               .actor = (*row)->id,
                               .at = to_rfc3339(from_unix_seconds(at)),
                               .at_text = time_text(at)});
  }
  return timeline;
}

}  // namespace

json::object customer_row(const State& state, const Record& customer) {
  const Record* subscription = subscription_of_customer(state, customer.id);
  const std::string name = name_of(customer.shown);
  return {{"id", customer.id},
          {"name", name},
          {"email", name == text_of(customer.shown, "email") ? json::value(nullptr)
                                                             : customer.shown.at("email")},
          {"url", "/customers/" + customer.id},
          {"card_url", "/customers/" + customer.id + "/card"},
          {"subscription", subscription_model(state, subscription)},
          {"card", card_model(state, customer, subscription)}};
}

json::object customer_page(const State& state, const Record& customer) {
  if (flag_of(customer.shown, "deleted")) throw StripeError::no_such("customer", customer.id, "id");
  json::object model = customer_row(state, customer);
  model["heading"] = text_of(model, "name");
  json::array invoices = invoices_of(state, customer.id);
  model["no_invoices"] = invoices.empty();
  model["invoices"] = std::move(invoices);
  json::array disputes = disputes_of(state, customer.id);
  model["no_disputes"] = disputes.empty();
  model["disputes"] = std::move(disputes);
  model["dispute_url"] = "/customers/" + customer.id + "/dispute";
  model["timeline"] = to_json(timeline_of(state, customer.id));
  return model;
}

}  // namespace freehold::simulator
