#include "billing/truth.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>

#include "billing/json_fields.hpp"

namespace freehold::billing {
namespace {

using fields::at;
using fields::flag;
using fields::id_of;
using fields::number;
using fields::text;
using fields::time;

template <class T>
T required(std::optional<T> value, std::string_view name) {
  if (!value) throw std::runtime_error(fmt::format("Stripe's answer lacks {}", name));
  return std::move(*value);
}

template <class T>
std::optional<T> either(std::optional<T> first, std::optional<T> second) {
  return first ? std::move(first) : std::move(second);
}

std::optional<Card> card_at(const json::value* card) {
  const auto last4 = text(at(card, "last4"));
  if (!last4) return {};
  return Card{text(at(card, "brand")).value_or("card"), *last4,
              std::int32_t(number(at(card, "exp_month")).value_or(0)),
              std::int32_t(number(at(card, "exp_year")).value_or(0))};
}

void read_life_cycle(const json::value& subscription, Mirror& m) {
  const json::value* v = &subscription;
  m.status_since = m.fetched_at;
  m.schedule_id = id_of(at(v, "schedule"));
  m.pause_collection = text(at(v, "pause_collection", "behavior"));
  m.collection_resumes_at = time(at(v, "pause_collection", "resumes_at"));
  if (m.status == "paused")
    m.paused_reason = text(at(v, "status_details", "paused", "subscription", "type"));
  m.cancellation_feedback = text(at(v, "cancellation_details", "feedback"));
  m.cancellation_comment = text(at(v, "cancellation_details", "comment"));
}

std::int64_t amount_of(const json::value* price) {
  return number(at(price, "unit_amount")).value_or(0);
}

// What says which plan it is: a flat price before seats, seats before usage, add-ons never. Prices
// that we did not make are taken for flat ones.
int rank_of(const json::value& item) {
  const json::value* price = at(&item, "price");
  if (name_of_price(price).starts_with("freehold_addon_")) return 3;
  if (text(at(price, "recurring", "usage_type")) == "metered") return 2;
  return text(at(price, "metadata", "freehold_charge")) == "seat" ? 1 : 0;
}

std::vector<json::value> items_of(const json::value& subscription) {
  const json::value* items = at(&subscription, "items");
  return items != nullptr ? fields::data_of(*items) : std::vector<json::value>();
}

Item read_item(const json::value& object) {
  const json::value* price = at(&object, "price");
  const bool is_metered = text(at(price, "recurring", "usage_type")) == "metered";
  Item item{.stripe_id = required(text(at(&object, "id")), "subscription.items.id"),
            .lookup_key = name_of_price(price),
            .quantity = number(at(&object, "quantity")).value_or(1),
            .amount = amount_of(price)};
  if (is_metered) item.quantity.reset();
  return item;
}

}  // namespace

// What the catalogue knows the price by. A price of ours loses its lookup key to the one that
// replaces it and keeps what we wrote into its metadata; keys that others gave are theirs to move
// around.
std::string name_of_price(const json::value* price) {
  std::string key = text(at(price, "lookup_key")).value_or("");
  if (key.starts_with("freehold_")) return key;
  const auto made = text(at(price, "metadata", "freehold_price"));
  return made ? *made : text(at(price, "id")).value_or(key);
}

Mirror read_subscription(const json::value& object, Instant fetched_at) {
  const json::value* v = &object;
  const std::vector<json::value> items = items_of(object);
  const auto lead = std::ranges::min_element(items, {}, rank_of);
  const json::value* item = lead == items.end() ? nullptr : &*lead;
  const json::value* price = at(item, "price");
  Mirror m;
  m.stripe_id = required(text(at(v, "id")), "subscription.id");
  m.status = required(text(at(v, "status")), "subscription.status");
  m.item_id = required(text(at(item, "id")), "subscription.items");
  m.lookup_key = name_of_price(price);
  m.amount = amount_of(price);
  m.currency = either(text(at(price, "currency")), text(at(v, "currency"))).value_or("usd");
  m.billing_interval = text(at(price, "recurring", "interval")).value_or("month");
  m.created_at = required(time(at(v, "created")), "subscription.created");
  m.billing_cycle_anchor = time(at(v, "billing_cycle_anchor")).value_or(m.created_at);
  // On the item since 2025-03-31.basil, on the subscription before.
  m.period_start =
      required(either(time(at(item, "current_period_start")), time(at(v, "current_period_start"))),
               "current_period_start");
  m.period_end =
      required(either(time(at(item, "current_period_end")), time(at(v, "current_period_end"))),
               "current_period_end");
  m.trial_end = time(at(v, "trial_end"));
  m.cancel_at_period_end = flag(at(v, "cancel_at_period_end"));
  m.cancel_at = time(at(v, "cancel_at"));
  m.canceled_at = time(at(v, "canceled_at"));
  m.ended_at = time(at(v, "ended_at"));
  m.pending_update_until = time(at(v, "pending_update", "expires_at"));
  m.fetched_at = fetched_at;
  for (const json::value& each : items) m.items.push_back(read_item(each));
  read_life_cycle(*v, m);
  return m;
}

Invoice read_invoice(const json::value& object) {
  const json::value* v = &object;
  Invoice i;
  i.stripe_id = required(text(at(v, "id")), "invoice.id");
  i.subscription_id = either(id_of(at(v, "parent", "subscription_details", "subscription")),
                             id_of(at(v, "subscription")));
  i.number = text(at(v, "number"));
  i.status = text(at(v, "status")).value_or("draft");
  i.currency = required(text(at(v, "currency")), "invoice.currency");
  i.total = number(at(v, "total")).value_or(0);
  i.amount_paid = number(at(v, "amount_paid")).value_or(0);
  i.amount_remaining = number(at(v, "amount_remaining")).value_or(0);
  i.attempted = flag(at(v, "attempted"));
  i.attempt_count = std::int32_t(number(at(v, "attempt_count")).value_or(0));
  i.created_at = required(time(at(v, "created")), "invoice.created");
  i.finalized_at = time(at(v, "status_transitions", "finalized_at"));
  i.paid_at = time(at(v, "status_transitions", "paid_at"));
  i.next_attempt_at = time(at(v, "next_payment_attempt"));
  i.hosted_invoice_url = text(at(v, "hosted_invoice_url"));
  return i;
}

// Declines after which the same card is never charged again, and those that its owner has to mend:
// https://docs.stripe.com/billing/revenue-recovery/smart-retries and
// https://docs.stripe.com/declines/codes
constexpr std::array hard_declines{"expired_card",
                                   "fraudulent",
                                   "highest_risk_level",
                                   "incorrect_number",
                                   "lost_card",
                                   "pickup_card",
                                   "restricted_card",
                                   "revocation_of_all_authorizations",
                                   "revocation_of_authorization",
                                   "stolen_card",
                                   "transaction_not_allowed"};

std::string read_failure(const json::value& invoice_payments) {
  const json::value* intent = at(&invoice_payments, "data", 0, "payment", "payment_intent");
  const auto status = text(at(intent, "status"));
  const json::value* error = at(intent, "last_payment_error");
  const auto code = text(at(error, "decline_code"));
  if (status == "requires_action" || code == "authentication_required" ||
      text(at(error, "code")) == "authentication_required")
    return "authentication_required";
  if (!intent || (status == "requires_payment_method" && text(at(error, "code")) == std::nullopt))
    return "no_payment_method";
  const std::string why = either(code, text(at(error, "code"))).value_or("");
  return std::ranges::find(hard_declines, why) != hard_declines.end() ? "hard_decline"
                                                                      : "soft_decline";
}

std::optional<Card> read_subscription_card(const json::value& subscription) {
  return card_at(at(&subscription, "default_payment_method", "card"));
}

std::optional<Card> read_customer_card(const json::value& customer) {
  return card_at(at(&customer, "invoice_settings", "default_payment_method", "card"));
}

std::optional<Hint> read_hint(const json::value& event) {
  const json::value* v = &event;
  const auto id = text(at(v, "id"));
  const auto type = text(at(v, "type"));
  if (!id || !type) return {};
  Hint hint;
  hint.id = *id;
  hint.type = *type;
  const json::value* about = at(v, "data", "object");
  // A customer's own event is about the customer; anything else names it.
  const bool is_customer = text(at(about, "object")) == "customer";
  hint.customer = is_customer ? text(at(about, "id")) : id_of(at(about, "customer"));
  if (!hint.customer && text(at(v, "related_object", "type")) == "customer")
    hint.customer = text(at(v, "related_object", "id"));
  const std::string path = text(at(v, "related_object", "url")).value_or("");
  if (!hint.customer && path.starts_with("/v1/")) hint.about = path;
  hint.twin = text(at(v, "snapshot_event"));
  const auto kind = text(at(about, "object"));
  if (kind == "refund" || kind == "dispute") {
    hint.charge = id_of(at(about, "charge"));
    hint.payment_intent = id_of(at(about, "payment_intent"));
    if (!hint.customer && hint.charge) hint.about = "/v1/charges/" + *hint.charge;
  }
  hint.api_version = text(at(v, "api_version"));
  const auto created_text = text(at(v, "created"));  // thin events carry RFC 3339
  hint.created =
      time(at(v, "created"))
          .value_or(created_text ? parse_rfc3339(*created_text).value_or(Instant{}) : Instant{});
  hint.livemode = flag(at(v, "livemode"));
  return hint;
}

}  // namespace freehold::billing
