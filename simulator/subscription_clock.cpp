// What the clock and the invoices do to a subscription.
#include <algorithm>
#include <limits>

#include "simulator/events.hpp"
#include "simulator/invoices.hpp"
#include "simulator/render.hpp"
#include "simulator/schedules.hpp"
#include "simulator/settings.hpp"
#include "simulator/subscription_changes.hpp"
#include "simulator/subscriptions.hpp"

namespace freehold::simulator {

namespace {

constexpr std::int64_t patience = 23 * 3600;  // with a first or resuming payment

std::string status_of(const Record& subscription) {
  return text_of(subscription.shown, "status");
}

bool is_live(std::string_view status) {
  return status == "trialing" || status == "active" || status == "past_due" || status == "unpaid";
}

// Changes the status and tells what changed since `before`.
void change_status(State& state, Record& subscription, std::string_view status) {
  const json::object before = render(state, subscription);
  subscription.shown["status"] = status;
  emit_changes(state, "customer.subscription.updated", kind::subscription, subscription.id, before);
}

// The invoice that decides the status: the newest that is neither a draft nor void.
const Record* deciding_invoice(const State& state, const std::string& subscription) {
  const auto invoices = state.store.found(kind::invoice, subscription);
  for (auto invoice = invoices.rbegin(); invoice != invoices.rend(); ++invoice) {
    const std::string status = text_of((*invoice)->shown, "status");
    if (status != "draft" && status != "void") return *invoice;
  }
  return nullptr;
}

// Open, and not one that may still be paid in time.
bool is_late(const State& state, const json::object& invoice) {
  return text_of(invoice, "status") == "open" &&
         (!is_sent(invoice) || number_of(invoice, "due_date") <= state.now);
}

void expire_incomplete(State& state, Record& subscription) {
  const std::string invoice = text_of(subscription.shown, "latest_invoice");
  if (text_of(state.store.find(kind::invoice, invoice)->shown, "status") == "open")
    void_open(state, invoice);
  change_status(state, subscription, "incomplete_expired");
}

// Begins the next period, with a draft that will be collected.
void renew(State& state, Record& subscription) {
  const json::object before = render(state, subscription);
  const std::string status = status_of(subscription);
  const std::int64_t period_began = period_begin(subscription.shown);
  const Span usage = unbilled_usage(state, subscription);
  subscription.hidden["cycle"] = number_of(subscription.hidden, "cycle") + 1;
  subscription.hidden["usage_from"] = state.now;
  if (status == "trialing") subscription.shown["status"] = "active";
  set_periods(state, subscription);
  // What was used during a trial is free.
  const Contents contents{.usage = status == "trialing" ? std::nullopt : std::optional(usage)};
  const std::string invoice = draft_invoice(state, subscription.id, "subscription_cycle", contents);
  state.store.edit(kind::invoice, invoice).shown["period_start"] = period_began;
  emit_changes(state, "customer.subscription.updated", kind::subscription, subscription.id, before);
  if (put_aside(state, subscription.shown, invoice)) return;
  // Of a subscription that is unpaid the invoices stay drafts.
  announce_draft(state, invoice, status != "unpaid");
}

std::string missing_method_behavior(const Record& subscription) {
  const json::object& settings = object_of(subscription.shown, "trial_settings");
  return text_of(object_of(settings, "end_behavior"), "missing_payment_method");
}

bool bills_after_trial(const State& state, const Record& subscription) {
  return is_sent(subscription.shown) || missing_method_behavior(subscription) == "create_invoice" ||
         has_payment_method(state, subscription.shown);
}

void end_trial(State& state, Record& subscription) {
  if (bills_after_trial(state, subscription))
    renew(state, subscription);
  else if (missing_method_behavior(subscription) == "pause")
    pause_now(state, subscription, "trial_end_without_payment_method");
  else
    cancel_now(state, subscription.id, "payment_failed");
}

void settle_first(State& state, Record& subscription, const Record& invoice) {
  const bool paid = text_of(invoice.shown, "status") == "paid";
  change_status(state, subscription, paid ? "active" : "incomplete_expired");
}

// Discounts that have run their months.
void end_expired_discounts(State& state, Record& subscription) {
  const json::object before = render(state, subscription);
  json::array ended;
  const auto expire = [&](json::array& discounts) {
    const auto is_over = [&](const json::value& id) {
      const json::object& discount =
          state.store.find(kind::discount, std::string_view(id.get_string()))->shown;
      const bool over = is_set(discount, "end") && number_of(discount, "end") <= state.now;
      if (over) ended.push_back(id);
      return over;
    };
    discounts.erase(std::remove_if(discounts.begin(), discounts.end(), is_over), discounts.end());
  };
  expire(subscription.shown["discounts"].as_array());
  for (json::value& item : subscription.shown["items"].as_object()["data"].as_array())
    expire(item.as_object()["discounts"].as_array());
  watch_discounts(state, subscription);
  end_discounts(state, ended);
  emit_changes(state, "customer.subscription.updated", kind::subscription, subscription.id, before);
}

void give_up_resumption(State& state, Record& subscription) {
  subscription.hidden["resume_until"] = nullptr;
  const std::string invoice = text_of(subscription.shown, "latest_invoice");
  if (text_of(state.store.find(kind::invoice, invoice)->shown, "status") == "open")
    void_open(state, invoice);
}

void tell_upcoming(State& state, const std::string& id) {
  Record& subscription = state.store.edit(kind::subscription, id);
  const std::int64_t end = period_end(subscription.shown);
  subscription.hidden["upcoming_told"] = end;
  subscription.hidden["upcoming_at"] = nullptr;
  const bool ends =
      is_set(subscription.shown, "cancel_at") && number_of(subscription.shown, "cancel_at") <= end;
  if (ends || is_set(subscription.shown, "pause_collection")) return;
  emit_object(state, "invoice.upcoming", preview_of_renewal(state, id));
}

}  // namespace

void watch_discounts(const State& state, Record& subscription) {
  json::array discounts = array_of(subscription.shown, "discounts");
  for (const json::value& item : array_of(object_of(subscription.shown, "items"), "data"))
    for (const json::value& id : array_of(item.get_object(), "discounts")) discounts.push_back(id);
  subscription.hidden["discount_ends_at"] = number_or_null(first_end(state, discounts).value_or(0));
}

void end_trial_now(State& state, const std::string& id) {
  Record& subscription = state.store.edit(kind::subscription, id);
  if (is_set(subscription.hidden, "remind_at")) remind_of_trial_end(state, id);
  const json::object before = render(state, subscription);
  subscription.shown["trial_end"] = state.now;
  subscription.shown["billing_cycle_anchor"] = state.now;
  set_periods(state, subscription);
  if (!bills_after_trial(state, subscription)) return end_trial(state, subscription);
  subscription.shown["status"] = "active";
  subscription.hidden["cycle"] = 0;
  subscription.hidden["usage_from"] = state.now;
  set_periods(state, subscription);
  emit_changes(state, "customer.subscription.updated", kind::subscription, id, before);
  bill_now(state, id, "subscription_update", {});
}

bool has_payment_method(const State& state, const json::object& subscription) {
  if (is_set(subscription, "default_payment_method")) return true;
  const json::object& customer =
      state.store.find(kind::customer, text_of(subscription, "customer"))->shown;
  return is_set(object_of(customer, "invoice_settings"), "default_payment_method");
}

void invoice_settled(State& state, const std::string& id, const std::string& invoice_id) {
  if (state.store.find(kind::subscription, id) == nullptr) return;  // made by hand
  Record& subscription = state.store.edit(kind::subscription, id);
  const Record& invoice = *state.store.find(kind::invoice, invoice_id);
  const std::string status = status_of(subscription);
  if (pending_update_settled(state, id, invoice_id)) return;
  if (status == "incomplete") return settle_first(state, subscription, invoice);
  if (status == "paused" && is_set(subscription.hidden, "resume_until"))
    return settle_resumption(state, subscription, text_of(invoice.shown, "status"));
  if (status != "past_due" && status != "unpaid") return;

  const Record* deciding = deciding_invoice(state, id);
  if (deciding == nullptr || !is_late(state, deciding->shown))
    change_status(state, subscription, "active");
}

void invoice_failed(State& state, const std::string& id) {
  if (state.store.find(kind::subscription, id) == nullptr) return;  // made by hand
  Record& subscription = state.store.edit(kind::subscription, id);
  if (resumes_on_attempt(subscription)) settle_resumption(state, subscription, "open");
  if (status_of(subscription) == "active") change_status(state, subscription, "past_due");
}

// https://docs.stripe.com/billing/subscriptions/overview#asynchronous-payments: trusted meanwhile.
void invoice_pending(State& state, const std::string& id) {
  if (state.store.find(kind::subscription, id) == nullptr) return;  // made by hand
  Record& subscription = state.store.edit(kind::subscription, id);
  if (resumes_on_attempt(subscription)) settle_resumption(state, subscription, "open");
  if (status_of(subscription) == "incomplete") change_status(state, subscription, "active");
}

void retries_exhausted(State& state, const std::string& id) {
  if (state.store.find(kind::subscription, id) == nullptr) return;  // made by hand
  Record& subscription = state.store.edit(kind::subscription, id);
  if (status_of(subscription) != "past_due") return;
  const FinalAction action = settings_of(state).final_action;
  if (action == FinalAction::cancel) cancel_now(state, id, "payment_failed");
  if (action == FinalAction::unpaid) change_status(state, subscription, "unpaid");
  if (action == FinalAction::pause) {
    const json::object before = render(state, subscription);
    pause_now(state, subscription, "final_payment_failure");
    emit_changes(state, "customer.subscription.updated", kind::subscription, id, before);
  }
}

void remind_of_trial_end(State& state, const std::string& id) {
  state.store.edit(kind::subscription, id).hidden["remind_at"] = nullptr;
  emit(state, "customer.subscription.trial_will_end", kind::subscription, id);
}

std::optional<std::int64_t> subscription_due(const Record& subscription) {
  const std::string status = status_of(subscription);
  if (status == "incomplete") return number_of(subscription.shown, "created") + patience;
  constexpr std::int64_t never = std::numeric_limits<std::int64_t>::max();
  std::int64_t due = never;
  const auto also = [&](const json::object& from, std::string_view member) {
    if (is_set(from, member)) due = std::min(due, number_of(from, member));
  };
  if (status == "paused") also(subscription.hidden, "resume_until");
  if (status == "trialing") also(subscription.hidden, "remind_at");
  if (is_live(status)) due = std::min(due, period_end(subscription.shown));
  if (is_live(status)) also(object_of(subscription.hidden, "pending"), "expires_at");
  if (is_live(status)) also(subscription.hidden, "discount_ends_at");
  if (is_live(status)) also(subscription.hidden, "upcoming_at");
  if (is_live(status) || status == "paused") also(subscription.shown, "cancel_at");
  if (is_live(status) || status == "paused")
    also(object_of(subscription.shown, "pause_collection"), "resumes_at");
  return due == never ? std::nullopt : std::optional(due);
}

void turn_subscription(State& state, const std::string& id) {
  Record& subscription = state.store.edit(kind::subscription, id);
  const std::string status = status_of(subscription);
  const auto reached = [&](std::int64_t at) { return at != 0 && at <= state.now; };
  if (status == "incomplete") return expire_incomplete(state, subscription);
  if (status == "trialing" && reached(number_of(subscription.hidden, "remind_at")))
    return remind_of_trial_end(state, id);
  if (reached(number_of(object_of(subscription.hidden, "pending"), "expires_at")))
    return drop_pending_update(state, id, "customer.subscription.pending_update_expired");
  if (reached(number_of(subscription.hidden, "upcoming_at"))) return tell_upcoming(state, id);
  // The next phase first: it says what the next period bills.
  if (const std::string schedule = schedule_to_turn(state, subscription.shown); !schedule.empty())
    return turn_schedule(state, schedule);
  if (reached(number_of(object_of(subscription.shown, "pause_collection"), "resumes_at")))
    return resume_collection(state, subscription);
  if (reached(number_of(subscription.hidden, "discount_ends_at")))
    return end_expired_discounts(state, subscription);
  if (reached(number_of(subscription.shown, "cancel_at"))) {
    cancel_now(state, id, "cancellation_requested");
    return bill_last(state, id);
  }
  if (status == "paused") return give_up_resumption(state, subscription);
  if (status == "trialing") return end_trial(state, subscription);
  renew(state, subscription);
}

}  // namespace freehold::simulator
