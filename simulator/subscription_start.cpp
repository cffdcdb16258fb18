// How a subscription begins.
#include <fmt/format.h>

#include "simulator/cadence.hpp"
#include "simulator/events.hpp"
#include "simulator/invoices.hpp"
#include "simulator/prices.hpp"
#include "simulator/pricing.hpp"
#include "simulator/render.hpp"
#include "simulator/subscription_changes.hpp"
#include "simulator/subscriptions.hpp"
#include "simulator/test_clocks.hpp"

namespace freehold::simulator {

namespace {

constexpr std::int64_t day = 86400;

// How it is paid.
void set_payment(json::object& shown, const NewSubscription& wanted) {
  json::object tax{{"disabled_reason", nullptr}, {"enabled", false}, {"liability", nullptr}};
  if (wanted.automatic_tax) {
    tax["enabled"] = true;
    tax["liability"] = json::object{{"type", "self"}};
  }
  shown["automatic_tax"] = std::move(tax);
  shown["default_tax_rates"] = wanted.tax_rates;
  shown["collection_method"] = wanted.days_until_due ? "send_invoice" : "charge_automatically";
  if (wanted.days_until_due) shown["days_until_due"] = *wanted.days_until_due;
  shown["default_payment_method"] = text_or_null(wanted.default_payment_method);
  json::object settings{{"payment_method_options", nullptr},
                        {"payment_method_types", nullptr},
                        {"save_default_payment_method", "off"}};
  for (const auto& [name, value] : wanted.payment_settings) settings[name] = value;
  shown["payment_settings"] = std::move(settings);
}

json::object blank_subscription(const State& state, const std::string& id,
                                const NewSubscription& wanted) {
  const json::object& price = state.store.find(kind::price, wanted.items.front().price)->shown;
  json::object shown;
  shown["id"] = id;
  shown["object"] = "subscription";
  set_all(shown,
          "application application_fee_percent billing_cycle_anchor_config billing_thresholds "
          "cancel_at canceled_at customer_account days_until_due default_source ended_at items "
          "latest_invoice managed_payments next_pending_invoice_item_invoice on_behalf_of "
          "pause_collection pending_invoice_item_interval pending_setup_intent pending_update "
          "schedule test_clock transfer_data trial_end trial_start",
          nullptr);
  set_all(shown, "cancel_at_period_end livemode", false);
  set_all(shown, "billing_schedules default_tax_rates discounts", json::array{});
  set_payment(shown, wanted);
  shown["billing_cycle_anchor"] = state.now;
  shown["billing_mode"] = json::object{
      {"flexible", json::object{{"proration_discounts", "included"}}}, {"type", "flexible"}};
  shown["cancellation_details"] = json::object{{"comment", nullptr},
                                               {"feedback", nullptr},
                                               {"feedback_option", nullptr},
                                               {"reason", nullptr}};
  shown["created"] = state.now;
  shown["currency"] = price.at("currency");
  shown["customer"] = wanted.customer;
  shown["description"] = text_or_null(wanted.description);
  shown["invoice_settings"] = json::object{{"account_tax_ids", nullptr},
                                           {"custom_fields", nullptr},
                                           {"description", nullptr},
                                           {"footer", nullptr},
                                           {"issuer", json::object{{"type", "self"}}}};
  shown["metadata"] = wanted.metadata;
  shown["start_date"] = state.now;
  shown["test_clock"] = test_clock_of_customer(state, wanted.customer);
  shown["status"] = wanted.days_until_due ? "active" : "incomplete";
  shown["trial_settings"] = json::object{
      {"end_behavior", json::object{{"billing_cycle_anchor", nullptr},
                                    {"missing_payment_method", wanted.missing_payment_method}}}};
  return shown;
}

std::string add_subscription(State& state, const NewSubscription& wanted) {
  const std::string id = state.new_id("sub_1");
  json::array items;
  for (const NewSubscription::Item& item : wanted.items) items.push_back(new_item(state, id, item));
  json::object shown = blank_subscription(state, id, wanted);
  shown["items"] = list_object(std::move(items), "/v1/subscription_items?subscription=" + id);
  Record& subscription = state.store.add(kind::subscription, id, std::move(shown), {{"cycle", 0}});
  if (wanted.trial_end != 0) {
    subscription.shown["status"] = "trialing";
    subscription.shown["trial_start"] = state.now;
    subscription.shown["trial_end"] = wanted.trial_end;
    subscription.shown["billing_cycle_anchor"] = wanted.trial_end;
    subscription.hidden["cycle"] = -1;  // the period before the anchor is the trial
    subscription.hidden["remind_at"] = std::max(state.now, wanted.trial_end - 3 * day);
  }
  if (wanted.anchor != 0) {
    subscription.shown["billing_cycle_anchor"] = wanted.anchor;
    subscription.hidden["cycle"] = -1;
  }
  set_periods(state, subscription);
  return id;
}

void refuse_without_payment_method(const State& state, const NewSubscription& wanted,
                                   const json::object& subscription, const Record& invoice) {
  const bool charges = number_of(invoice.shown, "amount_due") > 0 && !is_sent(invoice.shown);
  if (!charges || wanted.payment_behavior == "default_incomplete") return;
  if (has_payment_method(state, subscription)) return;
  StripeError error = collection_error(state, invoice.id, {});
  error.keeps_changes = false;
  throw error;
}

void redeem_discounts(State& state, const std::string& id, const NewSubscription& wanted) {
  Record& subscription = state.store.edit(kind::subscription, id);
  const std::string currency = text_of(subscription.shown, "currency");
  json::array& items = subscription.shown["items"].as_object()["data"].as_array();
  for (std::size_t i = 0; i < items.size(); ++i) {
    json::object& item = items[i].get_object();
    const Record& price = *state.store.find(kind::price, text_of(item, "price"));
    const std::int64_t subtotal =
        is_metered(price.shown) ? 0 : cost_of(price, number_of(item, "quantity", 1));
    item["discounts"] = redeem(
        state, wanted.items[i].discounts,
        {.customer = wanted.customer, .subscription = id, .subscription_item = text_of(item, "id")},
        {}, {.customer = wanted.customer, .subtotal = subtotal, .currency = currency});
  }
  subscription.shown["discounts"] =
      redeem(state, wanted.discounts,
             {.customer = wanted.customer, .subscription = id, .session = wanted.session}, {},
             {.customer = wanted.customer,
              .subtotal = subtotal_of(state, subscription.shown),
              .currency = currency});
  watch_discounts(state, subscription);
}

// One that is sent is finalized in an hour, like those of later periods.
void collect_first(State& state, const NewSubscription& wanted, const Record& invoice) {
  const bool waits = is_sent(invoice.shown) && number_of(invoice.shown, "amount_due") > 0;
  announce_draft(state, invoice.id, waits);
  if (waits) return;
  finalize(state, invoice.id);
  const bool attempts = wanted.payment_behavior != "default_incomplete";
  if (!attempts || text_of(invoice.shown, "status") != "open") return;
  const Collection first = collect(state, invoice.id, "", false);
  if (!first.failed() || wanted.payment_behavior != "error_if_incomplete") return;
  StripeError error = collection_error(state, invoice.id, first);
  error.keeps_changes = false;
  throw error;
}

}  // namespace

json::object new_item(State& state, const std::string& subscription,
                      const NewSubscription::Item& wanted) {
  json::object item{{"id", state.new_id("si_", 14)},   {"object", "subscription_item"},
                    {"billing_thresholds", nullptr},   {"created", state.now},
                    {"current_period_end", state.now}, {"current_period_start", state.now},
                    {"current_trial", nullptr},        {"discounts", json::array{}},
                    {"metadata", wanted.metadata},     {"plan", nullptr},
                    {"price", wanted.price},           {"subscription", subscription},
                    {"tax_rates", json::array{}}};
  if (!is_metered(state.store.find(kind::price, wanted.price)->shown))
    item["quantity"] = wanted.quantity;
  return item;
}

std::string draft_start(State& state, const NewSubscription& wanted) {
  const std::string id = add_subscription(state, wanted);
  redeem_discounts(state, id, wanted);
  const bool early = wanted.anchor != 0;
  return draft_invoice(state, id, "subscription_create",
                       {.period = !(early && wanted.free_until_anchor), .part = early});
}

std::string start_subscription(State& state, const NewSubscription& wanted) {
  const std::string invoice = draft_start(state, wanted);
  const std::string id = subscription_of(state.store.find(kind::invoice, invoice)->shown);
  const json::object& subscription = state.store.find(kind::subscription, id)->shown;
  const Record& draft = *state.store.find(kind::invoice, invoice);
  refuse_without_payment_method(state, wanted, subscription, draft);

  emit(state, "customer.subscription.created", kind::subscription, id);
  collect_first(state, wanted, draft);
  if (text_of(subscription, "status") == "trialing" &&
      number_of(state.store.find(kind::subscription, id)->hidden, "remind_at") <= state.now)
    remind_of_trial_end(state, id);
  return id;
}

std::int64_t read_trial_end(const State& state, const Params& params) {
  const auto days = params.integer("trial_period_days");
  const auto end = params.text("trial_end");
  if (days && end)
    throw StripeError::invalid("You cannot set both trial_end and trial_period_days.",
                               params.path_of("trial_end"));
  if (days && *days < 1)
    throw StripeError::invalid("The minimum number of trial period days is 1.",
                               params.path_of("trial_period_days"));
  if (days) return state.now + *days * day;
  if (!end || *end == "now") return 0;
  const std::int64_t at = *params.integer("trial_end");
  if (at <= state.now)
    throw StripeError::invalid(
        "Invalid timestamp: must be an integer Unix timestamp in the "
        "future.",
        params.path_of("trial_end"));
  if (at > state.now + 2 * 366 * day)
    throw StripeError::invalid("Invalid timestamp: can be no more than two years in the future.",
                               params.path_of("trial_end"));
  return at;
}

void read_anchor(const State& state, const Params& params, NewSubscription& wanted) {
  wanted.free_until_anchor =
      params.one_of("proration_behavior", {"create_prorations", "none"}) == "none";
  const auto anchor = params.integer("billing_cycle_anchor");
  if (!anchor) return;
  if (wanted.trial_end != 0)
    throw StripeError::invalid(
        "The simulator does not simulate a billing_cycle_anchor beside a trial yet.",
        "billing_cycle_anchor");
  std::vector<std::string> prices;
  prices.reserve(wanted.items.size());
  for (const NewSubscription::Item& item : wanted.items) prices.push_back(item.price);
  if (*anchor <= state.now ||
      *anchor > period_start(state.now, shortest_interval(state, prices), 1))
    throw StripeError::invalid(
        "billing_cycle_anchor must be in the future, and no later than the next natural billing "
        "date of the subscription.",
        "billing_cycle_anchor");
  wanted.anchor = *anchor;
}

std::vector<NewSubscription::Item> read_items(const State& state, const Params& params,
                                              std::string_view name) {
  std::vector<NewSubscription::Item> items;
  std::vector<std::string> prices;
  for (const Params& element : params.groups(name)) {
    NewSubscription::Item item{.price = element.need_text("price")};
    const json::object& price = recurring_price(state, item.price, element.path_of("price")).shown;
    const auto quantity = element.integer("quantity");
    if (quantity && is_metered(price))
      throw StripeError::invalid("You cannot set the quantity for metered prices.",
                                 element.path_of("quantity"));
    if (quantity && *quantity < 0)
      throw StripeError::parameter("parameter_invalid_integer", element.path_of("quantity"),
                                   "This value must be greater than or equal to 0.");
    item.quantity = quantity.value_or(1);
    item.discounts = read_discounts(state, element).value_or(std::vector<DiscountWanted>{});
    apply_metadata(element, item.metadata);
    prices.push_back(item.price);
    refuse_unfit(state, prices, element.path_of("price"));
    items.push_back(std::move(item));
  }
  if (items.empty())
    throw StripeError::parameter("parameter_missing", params.path_of(name),
                                 fmt::format("Missing required param: {}.", params.path_of(name)));
  return items;
}

void read_collection(const Params& params, json::object& subscription) {
  if (const auto method =
          params.one_of("collection_method", {"charge_automatically", "send_invoice"}))
    subscription["collection_method"] = *method;
  const auto days = params.integer("days_until_due");
  if (days && (!is_sent(subscription) || *days < 0))
    throw StripeError::invalid(
        "`days_until_due` is a number of days, for `collection_method` `send_invoice` only.",
        "days_until_due");
  if (days) subscription["days_until_due"] = *days;
  if (!is_sent(subscription))
    subscription["days_until_due"] = nullptr;
  else if (!is_set(subscription, "days_until_due"))
    params.need_text("days_until_due");
}

void read_payment_settings(const Params& params, json::object& settings) {
  const Params sent = params.group("payment_settings");
  if (const auto saves = sent.one_of("save_default_payment_method", {"off", "on_subscription"}))
    settings["save_default_payment_method"] = *saves;
  if (sent.unsets("payment_method_types")) {
    sent.text("payment_method_types");
    settings["payment_method_types"] = nullptr;
  } else if (const auto types = sent.texts("payment_method_types"); !types.empty()) {
    settings["payment_method_types"] = json::value_from(types);
  }
}

std::string read_missing_payment_method(const Params& params) {
  return params.group("trial_settings")
      .group("end_behavior")
      .one_of("missing_payment_method", {"cancel", "create_invoice", "pause"})
      .value_or("create_invoice");
}

}  // namespace freehold::simulator
