// The two ways to pause: the subscription itself, which then bills nothing until it is resumed, and
// only the collection of its invoices. https://docs.stripe.com/billing/subscriptions/pause,
// https://docs.stripe.com/billing/subscriptions/pause-payment
#include "simulator/events.hpp"
#include "simulator/invoice_items.hpp"
#include "simulator/pricing.hpp"
#include "simulator/render.hpp"
#include "simulator/schedules.hpp"
#include "simulator/subscription_changes.hpp"
#include "simulator/subscriptions.hpp"

namespace freehold::simulator {

namespace {

constexpr std::int64_t patience = 23 * 3600;  // with the payment of a resumption

// What is billed for the time until the pause.
struct LastBill {
  std::string unused_from;  // now, item_current_period_start, none
  std::string usage;        // now, none
  bool invoices = false;    // else the amounts wait for the next invoice
};

LastBill read_last_bill(const Params& params) {
  const Params bill_for = params.group("bill_for");
  const auto type = [&](std::string_view name, std::initializer_list<std::string_view> words) {
    return bill_for.group(name).one_of("type", words).value_or("now");
  };
  LastBill bill;
  bill.unused_from = type("unused_time_from", {"item_current_period_start", "none", "now"});
  bill.usage = type("outstanding_usage_through", {"none", "now"});
  bill.invoices =
      params.one_of("invoicing_behavior", {"invoice", "pending_invoice_item"}) == "invoice";
  return bill;
}

json::array items_of(const Record& subscription) {
  return array_of(object_of(subscription.shown, "items"), "data");
}

void credit_for_pause(State& state, Record& subscription, const std::string& from) {
  if (from == "none") return;
  for (const json::value& value : items_of(subscription)) {
    const json::object& item = value.get_object();
    credit_unused(state, subscription, item,
                  from == "now" ? state.now : number_of(item, "current_period_start"));
  }
  subscription.hidden["billed"] = json::object{};
}

void bill_use_until_pause(State& state, Record& subscription, const std::string& through) {
  if (through == "none") return;
  const Span span = unbilled_usage(state, subscription);
  for (const json::value& value : items_of(subscription)) {
    const json::object& item = value.get_object();
    if (is_metered(state.store.find(kind::price, text_of(item, "price"))->shown))
      add_last_usage(state, subscription.shown, item, span);
  }
  subscription.hidden["usage_from"] = state.now;
}

void set_active(State& state, Record& subscription, const json::object& before) {
  subscription.shown["status"] = "active";
  subscription.shown.erase("status_details");
  emit(state, "customer.subscription.resumed", kind::subscription, subscription.id);
  emit_changes(state, "customer.subscription.updated", kind::subscription, subscription.id, before);
}

// Billing starts over: a period begins now.
void restart_periods(State& state, Record& subscription) {
  subscription.shown["billing_cycle_anchor"] = state.now;
  subscription.hidden["cycle"] = 0;
  set_periods(state, subscription);
}

// Goes on to the period around now. What the items cost for the rest of it is charged, unless it
// was paid for before the pause and not given back.
void rejoin_periods(State& state, Record& subscription, std::int64_t at, bool prorates) {
  json::object billed = object_of(subscription.hidden, "billed");
  while (period_end(subscription.shown) <= state.now) {
    subscription.hidden["cycle"] = number_of(subscription.hidden, "cycle") + 1;
    set_periods(state, subscription);
    for (const json::value& item : items_of(subscription))
      if (begins_period(subscription.shown, item.get_object()))
        billed.erase(text_of(item.get_object(), "id"));
  }
  const json::object nets = nets_of(state, subscription.shown);
  for (const json::value& value : items_of(subscription)) {
    const json::object& item = value.get_object();
    const std::string id = text_of(item, "id");
    if (billed.contains(id)) continue;
    if (prorates) charge_rest(state, subscription, item, number_of(nets, id), at);
    billed[id] = prorates ? number_of(nets, id) : 0;
  }
  subscription.hidden["billed"] = std::move(billed);
}

// Until the invoice of the resumption is paid, or an attempt was made, it stays paused.
void resume_with_invoice(State& state, Record& subscription, const Contents& contents,
                         const std::string& payment_behavior) {
  subscription.hidden["resume_until"] = state.now + patience;
  subscription.hidden["resume_on"] = payment_behavior;
  bill_now(state, subscription.id, "subscription_update", contents);
  if (is_sent(subscription.shown)) settle_resumption(state, subscription, "draft");
}

void refuse_without_method(const State& state, const Record& subscription) {
  if (is_sent(subscription.shown) || has_payment_method(state, subscription.shown)) return;
  StripeError error = collection_error(state, text_of(subscription.shown, "latest_invoice"), {});
  error.keeps_changes = false;
  throw error;
}

}  // namespace

void pause_now(State& state, Record& subscription, std::string_view reason) {
  subscription.shown["status"] = "paused";
  subscription.shown["status_details"] =
      json::object{{"paused", json::object{{"subscription", json::object{{"type", reason}}},
                                           {"transitioned_at", state.now},
                                           {"type", "subscription"}}}};
  emit(state, "customer.subscription.paused", kind::subscription, subscription.id);
}

json::value pause_subscription(State& state, Params& params) {
  const std::string id = params.path("id");
  Record& subscription = running_subscription(state, id);
  params.one_of("type", {"subscription"});
  const LastBill bill = read_last_bill(params);
  refuse_scheduled(subscription.shown, "pausing it", "");
  if (text_of(subscription.shown, "status") != "active")
    throw StripeError::invalid("Only active subscriptions can be paused.");
  drop_pending_update(state, id, "");
  const json::object before = render(state, subscription);
  credit_for_pause(state, subscription, bill.unused_from);
  bill_use_until_pause(state, subscription, bill.usage);
  pause_now(state, subscription, "pause_requested");
  emit_changes(state, "customer.subscription.updated", kind::subscription, id, before);
  if (bill.invoices && !waiting_items(state, id).empty())
    bill_now(state, id, "subscription_update", {.period = false});
  return render(state, kind::subscription, id);
}

json::value resume_subscription(State& state, Params& params) {
  const std::string id = params.path("id");
  Record& subscription = running_subscription(state, id);
  if (text_of(subscription.shown, "status") != "paused")
    throw StripeError::invalid("Only paused subscriptions can be resumed.");
  if (is_set(subscription.hidden, "resume_until"))
    throw StripeError::invalid("The invoice of a resumption is open already: pay or void it.");
  const bool unchanged =
      params.group("billing_cycle_anchor").one_of("type", {"now", "unchanged"}) == "unchanged";
  const std::string behavior =
      params.one_of("payment_behavior", {"resume_on_payment_attempt", "resume_on_payment_success"})
          .value_or("resume_on_payment_attempt");
  const std::string proration =
      params.one_of("proration_behavior", {"always_invoice", "create_prorations", "none"})
          .value_or("create_prorations");
  const std::int64_t at = params.integer("proration_date").value_or(state.now);
  refuse_without_method(state, subscription);
  const json::object before = render(state, subscription);
  subscription.hidden["usage_from"] = state.now;  // what is used in a pause is free
  if (!unchanged) {
    restart_periods(state, subscription);
    resume_with_invoice(state, subscription, {}, behavior);
    return render(state, kind::subscription, id);
  }
  rejoin_periods(state, subscription, at, proration != "none");
  if (proration == "always_invoice" && !waiting_items(state, id).empty())
    resume_with_invoice(state, subscription, {.period = false}, behavior);
  else
    set_active(state, subscription, before);
  return render(state, kind::subscription, id);
}

void settle_resumption(State& state, Record& subscription, std::string_view invoice_status) {
  subscription.hidden["resume_until"] = nullptr;
  if (invoice_status == "void") return;
  set_active(state, subscription, render(state, subscription));
}

bool resumes_on_attempt(const Record& subscription) {
  return text_of(subscription.shown, "status") == "paused" &&
         is_set(subscription.hidden, "resume_until") &&
         text_of(subscription.hidden, "resume_on") == "resume_on_payment_attempt";
}

void read_collection_pause(const State& state, const Params& params, json::object& subscription) {
  if (!params.has("pause_collection")) return;
  if (params.unsets("pause_collection")) {
    params.text("pause_collection");
    subscription["pause_collection"] = nullptr;
    return;
  }
  const Params pause = params.group("pause_collection");
  pause.need_text("behavior");
  const auto resumes_at = pause.integer("resumes_at");
  if (resumes_at && *resumes_at <= state.now)
    throw StripeError::invalid(
        "Invalid timestamp: must be an integer Unix timestamp in the future.",
        pause.path_of("resumes_at"));
  subscription["pause_collection"] = json::object{
      {"behavior", *pause.one_of("behavior", {"keep_as_draft", "mark_uncollectible", "void"})},
      {"resumes_at", number_or_null(resumes_at.value_or(0))}};
}

void resume_collection(State& state, Record& subscription) {
  const json::object before = render(state, subscription);
  subscription.shown["pause_collection"] = nullptr;
  emit_changes(state, "customer.subscription.updated", kind::subscription, subscription.id, before);
}

bool put_aside(State& state, const json::object& subscription, const std::string& invoice) {
  const std::string behavior = text_of(object_of(subscription, "pause_collection"), "behavior");
  if (behavior.empty()) return false;
  announce_draft(state, invoice, false);
  if (behavior == "keep_as_draft") return true;
  finalize(state, invoice);
  const std::string status = text_of(state.store.find(kind::invoice, invoice)->shown, "status");
  if (status == "open" && behavior == "void") void_open(state, invoice);
  if (status == "open" && behavior == "mark_uncollectible") mark_uncollectible(state, invoice);
  return true;
}

}  // namespace freehold::simulator
