// How a subscription ends, is paused and resumed, and is billed in between.
#include "simulator/events.hpp"
#include "simulator/invoice_items.hpp"
#include "simulator/invoices.hpp"
#include "simulator/pricing.hpp"
#include "simulator/render.hpp"
#include "simulator/schedules.hpp"
#include "simulator/subscription_changes.hpp"
#include "simulator/subscriptions.hpp"

namespace freehold::simulator {

namespace {

constexpr std::int64_t patience = 23 * 3600;

bool is_over(const json::object& subscription) {
  const std::string status = text_of(subscription, "status");
  return status == "canceled" || status == "incomplete_expired";
}

Record& live(State& state, const std::string& id) {
  const Record& subscription = state.get(kind::subscription, id, "id");
  if (is_over(subscription.shown)) throw StripeError::no_such("subscription", id, "id");
  return state.store.edit(kind::subscription, id);
}

void stop_invoices(State& state, const std::string& subscription) {
  for (const auto& [order, invoice] : state.store.all(kind::invoice)) {
    const std::string status = text_of(invoice.shown, "status");
    if (subscription_of(invoice.shown) == subscription && (status == "draft" || status == "open"))
      stop_collection(state, invoice.id);
  }
}

// Billing starts over: a period begins now.
void restart_periods(State& state, Record& subscription) {
  subscription.shown["billing_cycle_anchor"] = state.now;
  subscription.hidden["cycle"] = 0;
  subscription.hidden["usage_from"] = state.now;
  set_periods(state, subscription);
}

void resume_at_once(State& state, Record& subscription, const json::object& before) {
  subscription.shown["status"] = "active";
  subscription.shown.erase("status_details");
  emit(state, "customer.subscription.resumed", kind::subscription, subscription.id);
  emit_changes(state, "customer.subscription.updated", kind::subscription, subscription.id, before);
}

// Resumes with an invoice for a period that begins now; until it is paid it stays paused.
void resume_with_invoice(State& state, Record& subscription) {
  restart_periods(state, subscription);
  subscription.hidden["resume_until"] = state.now + patience;
  bill_now(state, subscription.id, "subscription_update", {});
}

}  // namespace

void record_cancellation_details(const Params& params, json::object& subscription) {
  const Params details = params.group("cancellation_details");
  json::object& kept = subscription["cancellation_details"].as_object();
  if (const auto comment = details.text("comment")) kept["comment"] = text_or_null(*comment);
  if (details.has("feedback"))
    kept["feedback"] = text_or_null(
        details
            .one_of("feedback", {"customer_service", "low_quality", "missing_features", "other",
                                 "switched_service", "too_complex", "too_expensive", "unused"})
            .value_or(""));
}

void cancel_now(State& state, const std::string& id, std::string_view reason) {
  Record& subscription = state.store.edit(kind::subscription, id);
  if (is_over(subscription.shown)) return;
  subscription.hidden["pending"] = nullptr;
  subscription.shown["pending_update"] = nullptr;
  subscription.shown["status"] = "canceled";
  subscription.shown["ended_at"] = state.now;
  if (!is_set(subscription.shown, "canceled_at")) subscription.shown["canceled_at"] = state.now;
  subscription.shown["cancellation_details"].as_object()["reason"] = reason;
  subscription.shown.erase("status_details");
  stop_invoices(state, id);
  subscription_ended(state, id, reason);
  emit(state, "customer.subscription.deleted", kind::subscription, id);
}

void credit_all(State& state, const std::string& id) {
  const Record& subscription = *state.store.find(kind::subscription, id);
  for (const json::value& item : array_of(object_of(subscription.shown, "items"), "data"))
    credit_unused(state, subscription, item.get_object(), state.now);
}

void bill_last(State& state, const std::string& id) {
  const Record& subscription = *state.store.find(kind::subscription, id);
  const Span usage = unbilled_usage(state, subscription);
  bool used = !waiting_items(state, id).empty();
  for (const json::value& value : array_of(object_of(subscription.shown, "items"), "data"))
    used = used ||
           is_metered(state.store.find(kind::price, text_of(value.get_object(), "price"))->shown);
  if (used) bill_now(state, id, "subscription_update", {.period = false, .usage = usage});
}

void cancel_subscriptions_of(State& state, const std::string& customer) {
  for (const auto& [order, subscription] : state.store.all(kind::subscription))
    if (text_of(subscription.shown, "customer") == customer && !is_over(subscription.shown))
      cancel_now(state, subscription.id, "cancellation_requested");
}

std::string bill_now(State& state, const std::string& id, std::string_view reason,
                     const Contents& contents, bool attempts) {
  const std::string invoice = draft_invoice(state, id, reason, contents);
  announce_draft(state, invoice, false);
  finalize(state, invoice);
  if (text_of(state.store.find(kind::invoice, invoice)->shown, "status") != "open") return invoice;
  const bool resuming = is_set(state.store.find(kind::subscription, id)->hidden, "resume_until");
  if (attempts)
    collect(state, invoice, "", !resuming);
  else
    invoice_failed(state, id);
  return invoice;
}

void pause_now(State& state, Record& subscription, std::string_view reason) {
  subscription.shown["status"] = "paused";
  subscription.shown["status_details"] =
      json::object{{"paused", json::object{{"subscription", json::object{{"type", reason}}},
                                           {"transitioned_at", state.now},
                                           {"type", "subscription"}}}};
  emit(state, "customer.subscription.paused", kind::subscription, subscription.id);
}

json::value cancel_subscription(State& state, Params& params) {
  const std::string id = params.path("id");
  Record& subscription = live(state, id);
  const bool invoices = params.boolean("invoice_now").value_or(false);
  const bool prorates = params.boolean("prorate").value_or(false);
  record_cancellation_details(params, subscription.shown);
  if (prorates) credit_all(state, id);
  if (!invoices && !prorates) drop_waiting_prorations(state, id);
  cancel_now(state, id, "cancellation_requested");
  if (invoices) bill_last(state, id);
  return render(state, kind::subscription, id);
}

json::value pause_subscription(State& state, Params& params) {
  const std::string id = params.path("id");
  Record& subscription = live(state, id);
  params.one_of("type", {"subscription"});
  refuse_scheduled(subscription.shown, "pausing it", "");
  if (text_of(subscription.shown, "status") != "active")
    throw StripeError::invalid("Only active subscriptions can be paused.");
  const json::object before = render(state, subscription);
  pause_now(state, subscription, "pause_requested");
  emit_changes(state, "customer.subscription.updated", kind::subscription, id, before);
  return render(state, kind::subscription, id);
}

json::value resume_subscription(State& state, Params& params) {
  const std::string id = params.path("id");
  Record& subscription = live(state, id);
  if (text_of(subscription.shown, "status") != "paused")
    throw StripeError::invalid("Only paused subscriptions can be resumed.");
  const std::string anchor =
      params.group("billing_cycle_anchor").one_of("type", {"now", "unchanged"}).value_or("now");
  if (params.has("proration_behavior") &&
      params.one_of("proration_behavior", {"always_invoice", "create_prorations", "none"}) !=
          "none")
    throw StripeError::invalid("The simulator does not simulate proration yet.",
                               "proration_behavior");
  if (!has_payment_method(state, subscription.shown)) {
    StripeError error = collection_error(state, text_of(subscription.shown, "latest_invoice"), {});
    error.keeps_changes = false;
    throw error;
  }
  const json::object before = render(state, subscription);
  if (anchor == "unchanged" && period_end(subscription.shown) > state.now)
    resume_at_once(state, subscription, before);
  else
    resume_with_invoice(state, subscription);
  return render(state, kind::subscription, id);
}

}  // namespace freehold::simulator
