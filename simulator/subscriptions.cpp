#include "simulator/subscriptions.hpp"

#include <fmt/format.h>

#include "simulator/customers.hpp"
#include "simulator/events.hpp"
#include "simulator/lists.hpp"
#include "simulator/payment_methods.hpp"
#include "simulator/render.hpp"
#include "simulator/schedules.hpp"
#include "simulator/subscription_changes.hpp"
#include "simulator/taxation.hpp"
#include "simulator/taxes.hpp"
#include "simulator/test_clocks.hpp"

namespace freehold::simulator {

namespace {

// Sets when it will be canceled; 0 takes a planned cancellation back.
void plan_cancellation(const State& state, json::object& subscription, std::int64_t at,
                       bool at_period_end) {
  subscription["cancel_at"] = number_or_null(at);
  subscription["cancel_at_period_end"] = at_period_end;
  subscription["canceled_at"] = at == 0 ? json::value(nullptr) : json::value(state.now);
  subscription["cancellation_details"].as_object()["reason"] =
      at == 0 ? json::value(nullptr) : json::value("cancellation_requested");
}

std::int64_t read_cancel_at(const State& state, const Params& params,
                            const json::object& subscription) {
  const std::string text = params.text("cancel_at").value_or("");
  if (text == "min_period_end") return period_end(subscription);
  if (text == "max_period_end") return last_period_end(subscription);
  if (text.empty()) return 0;
  const std::int64_t at = *params.integer("cancel_at");
  if (at <= state.now)
    throw StripeError::invalid(
        "Invalid timestamp: must be an integer Unix timestamp in the "
        "future.",
        "cancel_at");
  return at;
}

void apply_cancellation(const State& state, const Params& params, json::object& subscription) {
  const auto at_period_end = params.boolean("cancel_at_period_end");
  if (params.has("cancel_at") && at_period_end)
    throw StripeError::invalid("You cannot set both cancel_at and cancel_at_period_end.",
                               "cancel_at");
  if (at_period_end && *at_period_end != flag_of(subscription, "cancel_at_period_end"))
    plan_cancellation(state, subscription, *at_period_end ? period_end(subscription) : 0,
                      *at_period_end);
  else if (at_period_end && !*at_period_end && is_set(subscription, "cancel_at"))
    plan_cancellation(state, subscription, 0, false);
  if (params.has("cancel_at"))
    plan_cancellation(state, subscription, read_cancel_at(state, params, subscription), false);
}

void apply_common(const State& state, const Params& params, json::object& subscription) {
  if (const auto method = params.text("default_payment_method")) {
    if (!method->empty())
      attached_payment_method(state, *method, text_of(subscription, "customer"),
                              "default_payment_method");
    subscription["default_payment_method"] = text_or_null(*method);
  }
  if (const auto text = params.text("description"))
    subscription["description"] = text_or_null(*text);
  params.boolean("off_session");
  read_collection(params, subscription);
  read_payment_settings(params, subscription["payment_settings"].as_object());
  if (auto rates = read_tax_rates(state, params))
    subscription["default_tax_rates"] = std::move(*rates);
  read_automatic_tax(state, params, subscription);
  apply_metadata(params, subscription["metadata"].as_object());
}

// The prices of the items, each followed by a space.
std::string prices_of(const json::object& subscription) {
  std::string prices;
  for (const json::value& item : array_of(object_of(subscription, "items"), "data"))
    prices += text_of(item.get_object(), "price") + ' ';
  return prices;
}

// trial_end of an update: later, earlier, or (true) now.
bool change_trial(const State& state, const Params& params, Record& subscription) {
  if (!params.has("trial_end")) return false;
  if (text_of(subscription.shown, "status") != "trialing")
    throw StripeError::invalid(
        "The simulator does not simulate a new trial of a running "
        "subscription yet.",
        "trial_end");
  const std::int64_t end = read_trial_end(state, params);
  if (end == 0) return true;
  subscription.shown["trial_end"] = end;
  subscription.shown["billing_cycle_anchor"] = end;
  subscription.hidden["remind_at"] = std::max(state.now, end - 3 * 86400);
  return false;
}

void refuse_what_its_state_forbids(const Params& params, const json::object& subscription) {
  const std::string status = text_of(subscription, "status");
  if (status == "canceled" || status == "incomplete_expired")
    for (const std::string_view name :
         {"items", "cancel_at", "cancel_at_period_end", "trial_end", "default_payment_method",
          "description", "pause_collection"})
      if (params.has(name))
        throw StripeError::invalid(
            "A canceled subscription can only update its "
            "cancellation_details and metadata.",
            name);
  if (status == "incomplete")
    for (const std::string_view name : {"items", "cancel_at", "cancel_at_period_end", "trial_end"})
      if (params.has(name))
        throw StripeError::invalid(
            "This subscription's first invoice is not paid: only its "
            "metadata and default payment method can be updated.",
            name);
}

// What is set aside until it is paid cannot be mixed with what is done at once.
// https://docs.stripe.com/billing/pending-updates-reference
void refuse_what_cannot_wait(const Params& params, const json::object& subscription) {
  if (is_sent(subscription))
    throw StripeError::invalid(
        "`pending_if_incomplete` is only for subscriptions that are charged automatically.",
        "payment_behavior");
  for (const std::string_view name :
       {"cancel_at", "cancel_at_period_end", "cancellation_details", "collection_method",
        "default_payment_method", "description", "discounts", "metadata", "pause_collection",
        "trial_end", "trial_settings"})
    if (params.has(name))
      throw StripeError::invalid(fmt::format("`{}` cannot be updated together with "
                                             "payment_behavior=pending_if_incomplete.",
                                             name),
                                 name);
}

}  // namespace

void keep_default_method(State& state, const std::string& id, const std::string& method) {
  const Record* subscription = state.store.find(kind::subscription, id);
  if (subscription == nullptr || text_of(subscription->shown, "status") == "canceled") return;
  const json::object before = render(state, *subscription);
  state.store.edit(kind::subscription, id).shown["default_payment_method"] = method;
  emit_changes(state, "customer.subscription.updated", kind::subscription, id, before);
}

void set_cancel_at(State& state, const std::string& id, std::int64_t at) {
  Record& subscription = state.store.edit(kind::subscription, id);
  refuse_scheduled(subscription.shown, "updating any cancelation behavior directly", "cancel_at");
  const json::object before = render(state, subscription);
  plan_cancellation(state, subscription.shown, at, false);
  emit_changes(state, "customer.subscription.updated", kind::subscription, id, before);
}

json::value create_subscription(State& state, Params& params) {
  NewSubscription wanted;
  wanted.customer = params.need_text("customer");
  live_customer(state, wanted.customer, "customer");
  wanted.items = read_items(state, params, "items");
  wanted.discounts = read_discounts(state, params).value_or(std::vector<DiscountWanted>{});
  wanted.trial_end = read_trial_end(state, params);
  read_anchor(state, params, wanted);
  wanted.missing_payment_method = read_missing_payment_method(params);
  wanted.payment_behavior =
      params
          .one_of("payment_behavior", {"allow_incomplete", "default_incomplete",
                                       "error_if_incomplete", "pending_if_incomplete"})
          .value_or("allow_incomplete");
  if (wanted.payment_behavior == "pending_if_incomplete")
    throw StripeError::invalid("pending_if_incomplete is for updates of a subscription.",
                               "payment_behavior");
  params.group("billing_mode").one_of("type", {"flexible"});
  if (const auto method = params.text("default_payment_method"); method && !method->empty()) {
    attached_payment_method(state, *method, wanted.customer, "default_payment_method");
    wanted.default_payment_method = *method;
  }
  wanted.description = params.text("description").value_or("");
  apply_metadata(params, wanted.metadata);
  params.boolean("off_session");
  read_payment_settings(params, wanted.payment_settings);
  json::object collected;
  read_collection(params, collected);
  if (is_sent(collected)) wanted.days_until_due = number_of(collected, "days_until_due");
  wanted.tax_rates = read_tax_rates(state, params).value_or(json::array{});
  json::object taxed{{"customer", wanted.customer}, {"automatic_tax", json::object{}}};
  read_automatic_tax(state, params, taxed);
  wanted.automatic_tax = flag_of(object_of(taxed, "automatic_tax"), "enabled");

  const std::string id = start_subscription(state, wanted);
  apply_cancellation(state, params, state.store.edit(kind::subscription, id).shown);
  return render(state, kind::subscription, id);
}

json::value retrieve_subscription(State& state, Params& params) {
  return render(state, state.get(kind::subscription, params.path("id"), "id"));
}

json::value update_subscription(State& state, Params& params) {
  const std::string id = params.path("id");
  state.get(kind::subscription, id, "id");
  Record& subscription = state.store.edit(kind::subscription, id);
  refuse_what_its_state_forbids(params, subscription.shown);
  for (const std::string_view name : {"cancel_at", "cancel_at_period_end"})
    if (params.has(name))
      refuse_scheduled(subscription.shown, "updating any cancelation behavior directly", name);
  const Change change = read_change(state, params, subscription);
  if (change.payment_behavior == "pending_if_incomplete") {
    refuse_what_cannot_wait(params, subscription.shown);
    params.boolean("off_session");
    carry_out_change(state, id, change);
    return render(state, kind::subscription, id);
  }
  if (change.of_billing()) drop_pending_update(state, id, "");

  const json::object before = render(state, subscription);
  const auto contents = apply_change(state, subscription, change);
  const bool ends_trial = change_trial(state, params, subscription);
  set_periods(state, subscription);
  apply_common(state, params, subscription.shown);
  apply_cancellation(state, params, subscription.shown);
  read_collection_pause(state, params, subscription.shown);
  if (params.has("trial_settings"))
    subscription.shown["trial_settings"]
        .as_object()["end_behavior"]
        .as_object()["missing_payment_method"] = read_missing_payment_method(params);
  record_cancellation_details(params, subscription.shown);
  emit_changes(state, "customer.subscription.updated", kind::subscription, id, before);

  if (!change.items.empty()) subscription_changed(state, id);
  if (contents) bill_change(state, id, *contents, change.payment_behavior);
  if (ends_trial) end_trial_now(state, id);
  if (ends_trial && change.payment_behavior == "error_if_incomplete")
    refuse_unpaid(state, text_of(subscription.shown, "latest_invoice"));
  return render(state, kind::subscription, id);
}

json::value list_subscriptions(State& state, Params& params) {
  const std::string status =
      params
          .one_of("status", {"active", "all", "canceled", "ended", "incomplete",
                             "incomplete_expired", "past_due", "paused", "trialing", "unpaid"})
          .value_or("");
  const auto price = params.text("price");
  const std::string clock = params.text("test_clock").value_or("");
  const bool any_clock = clock.empty() && params.has("customer");
  const Filter others = all_of({member_filter(params, "customer", "customer"),
                                member_filter(params, "collection_method", "collection_method"),
                                time_filter(params, "created")});
  return list_records(
      state, params, kind::subscription, "/v1/subscriptions",
      [&](const Record& subscription) {
        const std::string is = text_of(subscription.shown, "status");
        const bool ended = is == "canceled" || is == "incomplete_expired";
        const bool wanted = status == "all" || (status == "ended" && ended) ||
                            (status.empty() ? is != "canceled" : is == status);
        const std::string prices = ' ' + prices_of(subscription.shown);
        const bool has_price = !price || prices.find(' ' + *price + ' ') != std::string::npos;
        const bool on_clock = any_clock || test_clock_of(subscription) == clock;
        return wanted && has_price && on_clock && others(subscription);
      },
      keyed_by(params, {"customer"}));
}

}  // namespace freehold::simulator
