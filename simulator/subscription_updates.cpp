// How a change of a subscription is paid: at once, later, or not at all.
#include "simulator/debits.hpp"
#include "simulator/events.hpp"
#include "simulator/invoice_items.hpp"
#include "simulator/render.hpp"
#include "simulator/subscription_changes.hpp"
#include "simulator/subscriptions.hpp"

namespace freehold::simulator {

namespace {

constexpr std::int64_t patience = 23 * 3600;  // with the payment of a pending update

const json::object& pending_of(const Record& subscription) {
  return object_of(subscription.hidden, "pending");
}

// https://docs.stripe.com/billing/subscriptions/pending-updates: "23 hours after the update, or
// earlier" when the period or the trial ends before.
std::int64_t expiry(const State& state, const json::object& subscription) {
  return std::min(state.now + patience, period_end(subscription));
}

void show_pending(Record& subscription) {
  const json::object& pending = pending_of(subscription);
  subscription.shown["pending_update"] = json::object{
      {"billing_cycle_anchor", pending.at("restarts").as_bool() ? pending.at("billing_cycle_anchor")
                                                                : json::value(nullptr)},
      {"cancel_at_period_end", nullptr},
      {"discount", nullptr},
      {"discounts", nullptr},
      {"expires_at", pending.at("expires_at")},
      {"metadata", nullptr},
      {"subscription_items", object_of(pending, "items").at("data")},
      {"trial_end", nullptr},
      {"trial_from_plan", nullptr}};
}

// Puts the change aside: the subscription is as it was, but for its newest invoice.
void set_aside(State& state, Record& subscription, const json::object& shown,
               const json::object& hidden, const std::string& invoice) {
  json::object pending{{"invoice", invoice}, {"expires_at", expiry(state, shown)}};
  pending["items"] = subscription.shown.at("items");
  pending["billing_cycle_anchor"] = subscription.shown.at("billing_cycle_anchor");
  pending["restarts"] =
      subscription.shown.at("billing_cycle_anchor") != shown.at("billing_cycle_anchor");
  for (const std::string_view name : {"cycle", "billed", "usage_from"})
    if (is_set(subscription.hidden, name)) pending[name] = subscription.hidden.at(name);
  subscription.shown = shown;
  subscription.shown["latest_invoice"] = invoice;
  subscription.hidden = hidden;
  subscription.hidden["pending"] = std::move(pending);
}

void apply_pending(State& state, Record& subscription) {
  const json::object before = render(state, subscription);
  const bool announced = is_set(before, "pending_update");
  const json::object pending = pending_of(subscription);
  subscription.shown["items"] = pending.at("items");
  subscription.shown["billing_cycle_anchor"] = pending.at("billing_cycle_anchor");
  for (const std::string_view name : {"cycle", "billed", "usage_from"})
    if (is_set(pending, name)) subscription.hidden[name] = pending.at(name);
  subscription.hidden["pending"] = nullptr;
  subscription.shown["pending_update"] = nullptr;
  if (announced)
    emit(state, "customer.subscription.pending_update_applied", kind::subscription,
         subscription.id);
  emit_changes(state, "customer.subscription.updated", kind::subscription, subscription.id, before);
}

// What waited for an invoice before the change waits again; the change's own prorations are gone.
void forget_pending(State& state, Record& subscription, std::string_view event) {
  const json::object before = render(state, subscription);
  let_wait_again(state, array_of(pending_of(subscription), "waited"));
  subscription.hidden["pending"] = nullptr;
  subscription.shown["pending_update"] = nullptr;
  if (!event.empty()) emit(state, event, kind::subscription, subscription.id);
  emit_changes(state, "customer.subscription.updated", kind::subscription, subscription.id, before);
}

// The change holds only when its invoice is paid.
void change_if_paid(State& state, Record& subscription, const Change& change) {
  const json::object before = render(state, subscription);
  const json::object shown = subscription.shown;
  const json::object hidden = subscription.hidden;
  const json::array waited = waiting_items(state, subscription.id);
  const auto contents = apply_change(state, subscription, change);
  if (!contents)
    return emit_changes(state, "customer.subscription.updated", kind::subscription, subscription.id,
                        before);
  const std::string invoice =
      draft_invoice(state, subscription.id, "subscription_update", *contents);
  set_aside(state, subscription, shown, hidden, invoice);
  subscription.hidden["pending"].as_object()["waited"] = waited;
  announce_draft(state, invoice, false);
  finalize(state, invoice);
  if (text_of(state.store.find(kind::invoice, invoice)->shown, "status") == "open")
    collect(state, invoice, "", false);
}

}  // namespace

void refuse_unpaid(const State& state, const std::string& invoice_id) {
  const Record& invoice = *state.store.find(kind::invoice, invoice_id);
  if (text_of(invoice.shown, "status") == "paid" || is_sent(invoice.shown)) return;
  const Record* intent =
      state.store.find(kind::payment_intent, text_of(invoice.hidden, "payment_intent"));
  const json::object& declined = object_of(intent->shown, "last_payment_error");
  if (is_under_way(state, intent->id)) return;
  const bool asks = text_of(intent->shown, "status") == "requires_action";
  StripeError error = collection_error(
      state, invoice_id,
      {.decline =
           find_decline(asks ? "authentication_required" : text_of(declined, "decline_code"))});
  error.keeps_changes = false;
  throw error;
}

void carry_out_change(State& state, const std::string& id, const Change& change) {
  if (change.of_billing()) drop_pending_update(state, id, "");
  Record& subscription = state.store.edit(kind::subscription, id);
  if (change.payment_behavior == "pending_if_incomplete" && change.of_billing())
    return change_if_paid(state, subscription, change);
  const json::object before = render(state, subscription);
  const auto contents = apply_change(state, subscription, change);
  emit_changes(state, "customer.subscription.updated", kind::subscription, id, before);
  if (contents) bill_change(state, id, *contents, change.payment_behavior);
}

void bill_change(State& state, const std::string& id, const Contents& contents,
                 std::string_view payment_behavior) {
  const bool attempts = payment_behavior != "default_incomplete";
  const std::string invoice = bill_now(state, id, "subscription_update", contents, attempts);
  if (payment_behavior == "error_if_incomplete") refuse_unpaid(state, invoice);
}

void drop_pending_update(State& state, const std::string& id, std::string_view event) {
  Record& subscription = state.store.edit(kind::subscription, id);
  if (!is_set(subscription.hidden, "pending")) return;
  const std::string invoice = text_of(pending_of(subscription), "invoice");
  if (text_of(state.store.find(kind::invoice, invoice)->shown, "status") == "open")
    void_open(state, invoice);
  forget_pending(state, subscription, event);
}

bool pending_update_refused(State& state, const std::string& id, const std::string& invoice) {
  const Record* found = state.store.find(kind::subscription, id);
  if (found == nullptr || text_of(pending_of(*found), "invoice") != invoice) return false;
  Record& subscription = state.store.edit(kind::subscription, id);
  const json::object before = render(state, subscription);
  show_pending(subscription);
  emit_changes(state, "customer.subscription.updated", kind::subscription, id, before);
  return true;
}

bool pending_update_settled(State& state, const std::string& id, const std::string& invoice) {
  Record& subscription = state.store.edit(kind::subscription, id);
  if (text_of(pending_of(subscription), "invoice") != invoice) return false;
  if (text_of(state.store.find(kind::invoice, invoice)->shown, "status") == "paid")
    apply_pending(state, subscription);
  else
    forget_pending(state, subscription, "");
  return true;
}

}  // namespace freehold::simulator
