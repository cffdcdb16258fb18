// How an invoice is collected: attempts, retries, and the ways it ends.
#include "simulator/authentication.hpp"
#include "simulator/balance.hpp"
#include "simulator/credits.hpp"
#include "simulator/customers.hpp"
#include "simulator/debits.hpp"
#include "simulator/events.hpp"
#include "simulator/invoices.hpp"
#include "simulator/payment_methods.hpp"
#include "simulator/payments.hpp"
#include "simulator/render.hpp"
#include "simulator/settings.hpp"
#include "simulator/subscription_changes.hpp"
#include "simulator/subscriptions.hpp"

namespace freehold::simulator {

namespace {

constexpr std::int64_t day = 86400;

json::object& transitions_of(Record& invoice) {
  return invoice.shown["status_transitions"].as_object();
}

// The order in which Stripe looks for one.
// https://docs.stripe.com/billing/subscriptions/payment-methods-setting
std::string default_method(const State& state, const json::object& invoice) {
  const Record* subscription = state.store.find(kind::subscription, subscription_of(invoice));
  if (subscription != nullptr && is_set(subscription->shown, "default_payment_method"))
    return text_of(subscription->shown, "default_payment_method");
  const Record* customer = state.store.find(kind::customer, text_of(invoice, "customer"));
  return text_of(object_of(customer->shown, "invoice_settings"), "default_payment_method");
}

void count_attempt(json::object& invoice) {
  invoice["attempted"] = true;
  invoice["attempt_count"] = number_of(invoice, "attempt_count") + 1;
}

// Plans the next retry. A card that the issuer will never accept is not tried again, and without
// one there is nothing to try: the retries then pass without an attempt until there is another
// card, and Stripe shows no next attempt.
void plan_retry(State& state, Record& invoice, const Collection& attempt,
                const std::string& method) {
  const std::int64_t first = number_of(invoice.hidden, "first_failed_at", state.now);
  const std::int64_t made = number_of(invoice.hidden, "retries");
  const std::vector<std::int64_t> days = settings_of(state).retry_days;
  invoice.hidden["first_failed_at"] = first;
  invoice.hidden["retries"] = made + 1;
  invoice.hidden["next_attempt"] = nullptr;
  invoice.shown["next_payment_attempt"] = nullptr;
  if (made >= static_cast<std::int64_t>(days.size())) return;

  const std::int64_t next = first + days[static_cast<std::size_t>(made)] * day;
  const bool hopeless = !attempt.decline || attempt.decline->hard;
  invoice.hidden["next_attempt"] = next;
  invoice.hidden["refused_method"] = hopeless ? method : "";
  if (!hopeless) invoice.shown["next_payment_attempt"] = next;
}

bool exhausted(const Record& invoice) {
  return number_of(invoice.hidden, "retries") > 0 && !is_set(invoice.hidden, "next_attempt");
}

// Nothing has changed since the attempt that cannot succeed when it is repeated.
bool is_hopeless(const Record& invoice, const std::string& method) {
  const json::value* refused = invoice.hidden.if_contains("refused_method");
  return refused != nullptr && refused->get_string() == method &&
         !is_set(invoice.shown, "next_payment_attempt");
}

Collection attempt(State& state, const Record& invoice, const std::string& method) {
  if (method.empty()) return {};
  const std::string intent = text_of(invoice.hidden, "payment_intent");
  const auto decline = charge(state, intent, method);
  const bool pending = is_under_way(state, intent);
  return {.paid = !decline && !pending, .pending = pending, .decline = decline};
}

// The bank's answer decides; until then nobody tries again.
void await_answer(State& state, Record& invoice, bool retried) {
  invoice.hidden["retried"] = retried;
  invoice.hidden["next_attempt"] = nullptr;
  invoice.shown["next_payment_attempt"] = nullptr;
  invoice_pending(state, subscription_of(invoice.shown));
}

// payment_settings[save_default_payment_method]=on_subscription.
void save_method(State& state, const Record& invoice) {
  const std::string id = subscription_of(invoice.shown);
  const Record* subscription = state.store.find(kind::subscription, id);
  if (subscription == nullptr || text_of(object_of(subscription->shown, "payment_settings"),
                                         "save_default_payment_method") != "on_subscription")
    return;
  const Record& intent =
      *state.store.find(kind::payment_intent, text_of(invoice.hidden, "payment_intent"));
  keep_default_method(state, id, text_of(intent.shown, "payment_method"));
}

// What follows from an attempt that failed.
struct Failure {
  Collection attempt;
  std::string method = {};
  bool retried = false;
};
void take_failure(State& state, Record& invoice, const Failure& failure) {
  if (failure.retried) plan_retry(state, invoice, failure.attempt, failure.method);
  const bool asks = failure.attempt.decline && is_authentication(*failure.attempt.decline);
  if (!asks) set_delinquent(state, text_of(invoice.shown, "customer"), true);
  const std::string subscription = subscription_of(invoice.shown);
  const bool waits = pending_update_refused(state, subscription, invoice.id);
  emit(state, asks ? "invoice.payment_action_required" : "invoice.payment_failed", kind::invoice,
       invoice.id);
  if (waits) return;                   // the change is not made; what was is paid for
  if (is_sent(invoice.shown)) return;  // there is time until it is due
  invoice_failed(state, subscription);
  if (failure.retried && exhausted(invoice)) retries_exhausted(state, subscription);
}

void skip_retry(State& state, Record& invoice, const std::string& method) {
  count_attempt(invoice.shown);
  const Collection hopeless{};
  plan_retry(state, invoice, hopeless, method);
  if (exhausted(invoice)) retries_exhausted(state, subscription_of(invoice.shown));
}

// The hidden member that says when the clock comes back to it.
std::string_view next_work(const json::object& invoice) {
  const std::string status = text_of(invoice, "status");
  if (status == "draft") return "finalize_at";
  if (!is_sent(invoice)) return "next_attempt";
  return status == "open" ? "overdue_at" : "";
}

void collect_finalized(State& state, const Record& invoice) {
  if (is_sent(invoice.shown))
    mail(state, invoice.id);
  else
    collect(state, invoice.id, "", true);
}

}  // namespace

Collection collect(State& state, const std::string& id, const std::string& payment_method,
                   bool retried) {
  Record& invoice = state.store.edit(kind::invoice, id);
  const std::string method =
      payment_method.empty() ? default_method(state, invoice.shown) : payment_method;
  count_attempt(invoice.shown);
  const Collection result = attempt(state, invoice, method);
  if (result.paid)
    mark_paid(state, id);
  else if (result.pending)
    await_answer(state, invoice, retried);
  else
    take_failure(state, invoice, {.attempt = result, .method = method, .retried = retried});
  return result;
}

// https://docs.stripe.com/billing/subscriptions/overview#asynchronous-payments: the invoice that a
// subscription began with is void when its debit fails, and the subscription stays active.
void settle_pending(State& state, const std::string& id, const std::optional<Decline>& decline) {
  if (!decline) return mark_paid(state, id);
  Record& invoice = state.store.edit(kind::invoice, id);
  if (text_of(invoice.shown, "billing_reason") == "subscription_create") {
    emit(state, "invoice.payment_failed", kind::invoice, id);
    return void_open(state, id);
  }
  take_failure(state, invoice,
               {.attempt = {.decline = decline}, .retried = flag_of(invoice.hidden, "retried")});
}

void mark_paid(State& state, const std::string& id) {
  Record& invoice = state.store.edit(kind::invoice, id);
  invoice.shown["status"] = "paid";
  invoice.shown["attempted"] = true;
  invoice.shown["auto_advance"] = false;
  invoice.shown["amount_paid"] = invoice.shown.at("amount_due");
  invoice.shown["amount_remaining"] = 0;
  invoice.shown["next_payment_attempt"] = nullptr;
  invoice.hidden["next_attempt"] = nullptr;
  transitions_of(invoice)["paid_at"] = state.now;
  const std::string intent = text_of(invoice.hidden, "payment_intent");
  if (!intent.empty() &&
      text_of(state.store.find(kind::payment_intent, intent)->shown, "status") == "succeeded") {
    const std::string payment_id = text_of(invoice.hidden, "payment");
    json::object& payment = state.store.edit(kind::invoice_payment, payment_id).shown;
    payment["status"] = "paid";
    payment["amount_paid"] = payment.at("amount_requested");
    payment["status_transitions"].as_object()["paid_at"] = state.now;
    emit(state, "invoice_payment.paid", kind::invoice_payment, payment_id);
    save_method(state, invoice);
  }
  set_delinquent(state, text_of(invoice.shown, "customer"), false);
  emit(state, "invoice.paid", kind::invoice, id);
  emit(state, "invoice.payment_succeeded", kind::invoice, id);
  invoice_settled(state, subscription_of(invoice.shown), id);
}

void void_open(State& state, const std::string& id) {
  Record& invoice = state.store.edit(kind::invoice, id);
  invoice.shown["status"] = "void";
  transitions_of(invoice)["voided_at"] = state.now;
  return_to_balance(state, id);
  return_credits(state, id);
  stop_collection(state, id);
  const std::string intent = text_of(invoice.hidden, "payment_intent");
  if (!intent.empty()) {
    cancel_payment_intent(state, intent, "void_invoice");
    json::object& payment =
        state.store.edit(kind::invoice_payment, text_of(invoice.hidden, "payment")).shown;
    payment["status"] = "canceled";
    payment["status_transitions"].as_object()["canceled_at"] = state.now;
  }
  emit(state, "invoice.voided", kind::invoice, id);
}

void mark_uncollectible(State& state, const std::string& id) {
  Record& invoice = state.store.edit(kind::invoice, id);
  invoice.shown["status"] = "uncollectible";
  transitions_of(invoice)["marked_uncollectible_at"] = state.now;
  stop_collection(state, id);
  emit(state, "invoice.marked_uncollectible", kind::invoice, id);
}

void stop_collection(State& state, const std::string& id) {
  Record& invoice = state.store.edit(kind::invoice, id);
  invoice.shown["auto_advance"] = false;
  invoice.shown["automatically_finalizes_at"] = nullptr;
  invoice.shown["next_payment_attempt"] = nullptr;
  invoice.hidden["next_attempt"] = nullptr;
  invoice.hidden["finalize_at"] = nullptr;
}

StripeError collection_error(const State& state, const std::string& id,
                             const Collection& collection) {
  const Record& invoice = *state.store.find(kind::invoice, id);
  if (!collection.decline) {
    StripeError error = StripeError::invalid(
        "This customer has no attached payment source or default payment method. Please consider "
        "adding a default payment method. For more information, visit "
        "https://stripe.com/docs/billing/subscriptions/payment-methods-setting"
        "#payment-method-priority.",
        "", "resource_missing");
    error.keeps_changes = true;
    return error;
  }
  StripeError error = card_error(*collection.decline);
  if (is_authentication(*collection.decline)) {
    const Record* owner = state.store.find(kind::subscription, subscription_of(invoice.shown));
    const bool first = owner != nullptr && text_of(owner->shown, "status") == "incomplete";
    error.decline_code.clear();
    error.code = first ? "subscription_payment_intent_requires_action"
                       : "invoice_payment_intent_requires_action";
    error.message =
        "This payment requires additional user action before it can be completed successfully. "
        "Payment can be completed using the PaymentIntent of the invoice.";
    error.objects["payment_intent"] =
        render(state, kind::payment_intent, text_of(invoice.hidden, "payment_intent"));
    error.keeps_changes = true;
    return error;
  }
  const json::object intent =
      render(state, kind::payment_intent, text_of(invoice.hidden, "payment_intent"));
  error.objects["charge"] = intent.at("latest_charge");
  error.objects["payment_intent"] = intent;
  error.objects["payment_method"] = object_of(intent, "last_payment_error").at("payment_method");
  error.keeps_changes = true;
  return error;
}

std::optional<std::int64_t> invoice_due(const Record& invoice) {
  const std::int64_t at = number_of(invoice.hidden, next_work(invoice.shown));
  return at == 0 ? std::nullopt : std::optional(at);
}

void turn_invoice(State& state, const std::string& id) {
  Record& invoice = state.store.edit(kind::invoice, id);
  if (text_of(invoice.shown, "status") == "draft") {
    invoice.hidden["finalize_at"] = nullptr;
    finalize(state, id);
    if (text_of(invoice.shown, "status") == "open") collect_finalized(state, invoice);
    return;
  }
  if (is_sent(invoice.shown)) return miss_due_date(state, id);
  const std::string method = default_method(state, invoice.shown);
  if (is_hopeless(invoice, method))
    skip_retry(state, invoice, method);
  else
    collect(state, id, "", true);
}

std::string subscription_of(const json::object& invoice) {
  return text_of(object_of(object_of(invoice, "parent"), "subscription_details"), "subscription");
}

}  // namespace freehold::simulator
