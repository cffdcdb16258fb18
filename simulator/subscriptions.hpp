// Subscriptions: their states and everything that moves them from one to another.
// https://docs.stripe.com/billing/subscriptions/overview, simulator/README.md has the table.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "simulator/discounts.hpp"
#include "simulator/invoices.hpp"
#include "simulator/params.hpp"
#include "simulator/state.hpp"

namespace freehold::simulator {

json::value create_subscription(State& state, Params& params);
json::value retrieve_subscription(State& state, Params& params);
json::value update_subscription(State& state, Params& params);
json::value cancel_subscription(State& state, Params& params);
json::value list_subscriptions(State& state, Params& params);
json::value pause_subscription(State& state, Params& params);
json::value resume_subscription(State& state, Params& params);
json::value retrieve_subscription_item(State& state, Params& params);
json::value list_subscription_items(State& state, Params& params);
json::value create_subscription_item(State& state, Params& params);
json::value update_subscription_item(State& state, Params& params);
json::value delete_subscription_item(State& state, Params& params);

// A customer's subscriptions that are not canceled, as "expand[]=subscriptions" shows them.
json::object subscriptions_of(const State& state, const std::string& customer);

// What a new subscription is to be, whoever asks for it.
struct NewSubscription {
  struct Item {
    std::string price;
    std::int64_t quantity = 1;  // not of metered prices
    json::object metadata = {};
    std::vector<DiscountWanted> discounts = {};
  };
  std::string customer;
  std::vector<Item> items;     // active recurring prices that fit together (refuse_unfit)
  std::int64_t trial_end = 0;  // seconds; 0: no trial
  std::int64_t anchor = 0;     // seconds, after now and within a period; 0: now, or the trial's end
  bool free_until_anchor = false;
  std::string default_payment_method;
  std::string missing_payment_method = "create_invoice";  // at the trial's end: or pause, cancel
  std::string payment_behavior = "allow_incomplete";
  std::string description;
  json::object metadata;
  std::vector<DiscountWanted> discounts = {};
  json::array tax_rates = {};  // of the whole subscription
  bool automatic_tax = false;
  json::object payment_settings = {};               // what was sent of them
  std::optional<std::int64_t> days_until_due = {};  // its invoices are sent; else charged
  std::string session = {};                         // the checkout session that it comes from
};
// Makes it, with its first invoice. Throws the 402 of the first charge for error_if_incomplete.
std::string start_subscription(State& state, const NewSubscription& wanted);

// The same only as far as the first invoice's draft, which it returns.
std::string draft_start(State& state, const NewSubscription& wanted);

// "now", a time in the future, or trial_period_days; 0 without a trial.
std::int64_t read_trial_end(const State& state, const Params& params);
// billing_cycle_anchor, and the proration_behavior of the time before it.
void read_anchor(const State& state, const Params& params, NewSubscription& wanted);
std::vector<NewSubscription::Item> read_items(const State& state, const Params& params,
                                              std::string_view name);
std::string read_missing_payment_method(const Params& params);
// collection_method and days_until_due, of a subscription that has them or of nothing yet.
void read_collection(const Params& params, json::object& subscription);

// cancellation_details[comment] and [feedback].
void record_cancellation_details(const Params& params, json::object& subscription);

// Ends it now. `reason` is Stripe's: cancellation_requested, payment_failed.
void cancel_now(State& state, const std::string& subscription, std::string_view reason);
// Pauses it. `reason` is Stripe's: pause_requested, final_payment_failure, …
void pause_now(State& state, Record& subscription, std::string_view reason);
// The invoice of a resumption is settled, or an attempt to collect it was enough.
void settle_resumption(State& state, Record& subscription, std::string_view invoice_status);
bool resumes_on_attempt(const Record& subscription);
// pause_collection of an update, its end by the clock, and what becomes of an invoice meanwhile;
// false when collection is not paused.
void read_collection_pause(const State& state, const Params& params, json::object& subscription);
void resume_collection(State& state, Record& subscription);
bool put_aside(State& state, const json::object& subscription, const std::string& invoice);
// One that has not ended, or StripeError 404.
Record& running_subscription(State& state, const std::string& id);
// The payment method that it is charged with from now on, unless it has ended.
void keep_default_method(State& state, const std::string& subscription, const std::string& method);
// payment_settings: whether what pays becomes its default, and what could pay.
void read_payment_settings(const Params& params, json::object& settings);
// Plans its end for `at`, as the portal does; 0 takes a planned end back.
void set_cancel_at(State& state, const std::string& subscription, std::int64_t at);
// Gives back the unused part of every item, as invoice items.
void credit_all(State& state, const std::string& subscription);
// The last invoice of a subscription that has ended: what was used, and invoice items that wait.
void bill_last(State& state, const std::string& subscription);
void cancel_subscriptions_of(State& state, const std::string& customer);

// Drafts and finalizes an invoice and collects it at once, or with `attempts` off leaves it to be
// paid: after a trial that was ended, a change, a resumption. The invoice.
std::string bill_now(State& state, const std::string& subscription, std::string_view reason,
                     const Contents& contents, bool attempts = true);

json::object new_item(State& state, const std::string& subscription,
                      const NewSubscription::Item& wanted);

// Puts the items' current period where the anchor and the number of passed periods say.
void set_periods(State& state, Record& subscription);
// Notes when the first of its discounts ends.
void watch_discounts(const State& state, Record& subscription);
// Of the item whose period ends first; and the last end of any.
std::int64_t period_begin(const json::object& subscription);
std::int64_t period_end(const json::object& subscription);
std::int64_t last_period_end(const json::object& subscription);
// Whether the item's period began with the shortest one that runs now: else it was billed before.
bool begins_period(const json::object& subscription, const json::object& item);
// The `recurring` of the prices that are billed most often.
const json::object& shortest_interval(const State& state, const json::object& subscription);
const json::object& shortest_interval(const State& state, const std::vector<std::string>& prices);
// Throws StripeError 400 for prices that cannot share a subscription, for the parameter `path`.
void refuse_unfit(const State& state, const std::vector<std::string>& prices,
                  const std::string& path);
// Counts the passed periods again, when the shortest interval has become another one.
void count_periods(const State& state, Record& subscription, std::int64_t until);
bool has_payment_method(const State& state, const json::object& subscription);

// News from an invoice of the subscription.
void invoice_settled(State& state, const std::string& subscription, const std::string& invoice);
void invoice_failed(State& state, const std::string& subscription);
void invoice_pending(State& state, const std::string& subscription);
void retries_exhausted(State& state, const std::string& subscription);

// What the clock has to do with it, and doing it.
std::optional<std::int64_t> subscription_due(const Record& subscription);
void turn_subscription(State& state, const std::string& subscription);
// Ends a trial before its time, as trial_end=now does.
void end_trial_now(State& state, const std::string& subscription);
// Tells that a trial ends within three days, once.
void remind_of_trial_end(State& state, const std::string& subscription);

}  // namespace freehold::simulator
