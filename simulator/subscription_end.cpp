// How a subscription ends, and is billed for the last time.
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

bool is_over(const json::object& subscription) {
  const std::string status = text_of(subscription, "status");
  return status == "canceled" || status == "incomplete_expired";
}

void stop_invoices(State& state, const std::string& subscription) {
  for (const Record* invoice : state.store.found(kind::invoice, subscription)) {
    const std::string status = text_of(invoice->shown, "status");
    if (status == "draft" || status == "open") stop_collection(state, invoice->id);
  }
}

}  // namespace

Record& running_subscription(State& state, const std::string& id) {
  const Record& subscription = state.get(kind::subscription, id, "id");
  if (is_over(subscription.shown)) throw StripeError::no_such("subscription", id, "id");
  return state.store.edit(kind::subscription, id);
}

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
  for (const Record* subscription : state.store.found(kind::subscription, customer))
    if (!is_over(subscription->shown))
      cancel_now(state, subscription->id, "cancellation_requested");
}

std::string bill_now(State& state, const std::string& id, std::string_view reason,
                     const Contents& contents, bool attempts) {
  const std::string invoice = draft_invoice(state, id, reason, contents);
  if (put_aside(state, state.store.find(kind::subscription, id)->shown, invoice)) return invoice;
  const bool sent = is_sent(state.store.find(kind::invoice, invoice)->shown);
  announce_draft(state, invoice, sent);
  if (sent) return invoice;
  finalize(state, invoice);
  if (text_of(state.store.find(kind::invoice, invoice)->shown, "status") != "open") return invoice;
  const Record& owner = *state.store.find(kind::subscription, id);
  const bool retried = !is_set(owner.hidden, "resume_until") || resumes_on_attempt(owner);
  if (attempts)
    collect(state, invoice, "", retried);
  else
    invoice_failed(state, id);
  return invoice;
}

json::value cancel_subscription(State& state, Params& params) {
  const std::string id = params.path("id");
  Record& subscription = running_subscription(state, id);
  const bool invoices = params.boolean("invoice_now").value_or(false);
  const bool prorates = params.boolean("prorate").value_or(false);
  record_cancellation_details(params, subscription.shown);
  if (prorates) credit_all(state, id);
  if (!invoices && !prorates) drop_waiting_prorations(state, id);
  cancel_now(state, id, "cancellation_requested");
  if (invoices) bill_last(state, id);
  return render(state, kind::subscription, id);
}

}  // namespace freehold::simulator
