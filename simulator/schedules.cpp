#include "simulator/schedules.hpp"

#include <fmt/format.h>

#include "simulator/cadence.hpp"
#include "simulator/customers.hpp"
#include "simulator/discounts.hpp"
#include "simulator/events.hpp"
#include "simulator/lists.hpp"
#include "simulator/prices.hpp"
#include "simulator/pricing.hpp"
#include "simulator/render.hpp"
#include "simulator/subscriptions.hpp"
#include "simulator/test_clocks.hpp"

namespace freehold::simulator {

namespace {

json::object phase_item(const json::object& price, const json::value& quantity,
                        json::object metadata) {
  json::object item{{"billing_thresholds", nullptr},   {"discounts", json::array{}},
                    {"metadata", std::move(metadata)}, {"plan", price.at("id")},
                    {"price", price.at("id")},         {"tax_rates", json::array{}}};
  if (!is_metered(price)) item["quantity"] = quantity;
  return item;
}

json::object blank_phase(std::int64_t start, std::int64_t end, const json::value& currency) {
  json::object phase;
  set_all(phase,
          "application_fee_percent billing_cycle_anchor billing_thresholds collection_method "
          "default_payment_method description invoice_settings on_behalf_of transfer_data "
          "trial_end",
          nullptr);
  set_all(phase, "add_invoice_items default_tax_rates discounts items", json::array{});
  phase["currency"] = currency;
  phase["end_date"] = end;
  phase["metadata"] = json::object{};
  phase["proration_behavior"] = "create_prorations";
  phase["start_date"] = start;
  return phase;
}

json::array read_phase_items(const State& state, const Params& params) {
  json::array items;
  for (const Params& element : params.groups("items")) {
    const std::string id = element.need_text("price");
    const json::object& price = recurring_price(state, id, element.path_of("price")).shown;
    const auto quantity = element.integer("quantity");
    if (quantity && is_metered(price))
      throw StripeError::invalid("You cannot set the quantity for metered prices.",
                                 element.path_of("quantity"));
    json::object metadata;
    apply_metadata(element, metadata);
    items.push_back(phase_item(price, quantity.value_or(1), std::move(metadata)));
  }
  if (items.empty())
    throw StripeError::parameter(
        "parameter_missing", params.path_of("items"),
        fmt::format("Missing required param: {}.", params.path_of("items")));
  return items;
}

// end_date, a duration, or one period of the price.
std::int64_t read_end(const State& state, const Params& params, std::int64_t start,
                      const std::string& price) {
  if (params.has("end_date") && params.has("duration"))
    throw StripeError::invalid("You may only specify one of these parameters: end_date, duration.",
                               params.path_of("end_date"));
  std::int64_t end = 0;
  if (params.has("end_date")) {
    end = params.text("end_date") == "now" ? state.now : params.need_integer("end_date");
  } else if (params.has("duration")) {
    const Params duration = params.group("duration");
    duration.need_text("interval");
    const json::object length{
        {"interval", *duration.one_of("interval", {"day", "week", "month", "year"})},
        {"interval_count", duration.integer("interval_count").value_or(1)}};
    end = period_start(start, length, 1);
  } else {
    end =
        period_start(start, object_of(state.store.find(kind::price, price)->shown, "recurring"), 1);
  }
  if (end <= start)
    throw StripeError::invalid("A phase must end after it starts.", params.path_of("end_date"));
  return end;
}

json::array read_phase_discounts(const State& state, const Params& params) {
  json::array discounts;
  for (const DiscountWanted& one :
       read_discounts(state, params).value_or(std::vector<DiscountWanted>{}))
    discounts.push_back(json::object{{"coupon", text_or_null(one.coupon)},
                                     {"discount", text_or_null(one.discount)},
                                     {"promotion_code", text_or_null(one.promotion_code)}});
  return discounts;
}

json::object read_phase(const State& state, const Params& params, std::int64_t start) {
  json::array items = read_phase_items(state, params);
  const std::string price = text_of(items[0].get_object(), "price");
  json::object phase = blank_phase(start, read_end(state, params, start, price),
                                   state.store.find(kind::price, price)->shown.at("currency"));
  phase["items"] = std::move(items);
  phase["discounts"] = read_phase_discounts(state, params);
  phase["proration_behavior"] =
      params.one_of("proration_behavior", {"always_invoice", "create_prorations", "none"})
          .value_or("create_prorations");
  phase["billing_cycle_anchor"] = text_or_null(
      params.one_of("billing_cycle_anchor", {"automatic", "phase_start"}).value_or(""));
  phase["description"] = text_or_null(params.text("description").value_or(""));
  apply_metadata(params, phase["metadata"].as_object());
  return phase;
}

// Each phase starts where the one before ends; what is said of its start must be the same.
json::array read_phases(const State& state, const Params& params, std::int64_t start) {
  json::array phases;
  for (const Params& element : params.groups("phases")) {
    if (const auto said = element.text("start_date");
        said && (*said == "now" ? state.now : *element.integer("start_date")) != start)
      throw StripeError::invalid("A phase must start when the phase before it ends.",
                                 element.path_of("start_date"));
    phases.push_back(read_phase(state, element, start));
    start = number_of(phases.back().get_object(), "end_date");
  }
  return phases;
}

json::object blank_schedule(const State& state, const std::string& id,
                            const std::string& customer) {
  json::object shown;
  shown["id"] = id;
  shown["object"] = "subscription_schedule";
  set_all(shown,
          "application canceled_at completed_at current_phase customer_account released_at "
          "released_subscription subscription test_clock",
          nullptr);
  shown["billing_mode"] = json::object{
      {"flexible", json::object{{"proration_discounts", "included"}}}, {"type", "flexible"}};
  shown["created"] = state.now;
  shown["customer"] = customer;
  json::object defaults;
  set_all(defaults,
          "application_fee_percent billing_thresholds default_payment_method description "
          "on_behalf_of transfer_data",
          nullptr);
  defaults["billing_cycle_anchor"] = "automatic";
  defaults["collection_method"] = "charge_automatically";
  defaults["invoice_settings"] =
      json::object{{"account_tax_ids", nullptr}, {"custom_fields", nullptr},
                   {"days_until_due", nullptr},  {"description", nullptr},
                   {"footer", nullptr},          {"issuer", json::object{{"type", "self"}}}};
  shown["default_settings"] = std::move(defaults);
  shown["end_behavior"] = "release";
  shown["livemode"] = false;
  shown["metadata"] = json::object{};
  shown["pause_schedules"] = json::array{};
  shown["phases"] = json::array{};
  shown["status"] = "not_started";
  shown["test_clock"] = test_clock_of_customer(state, customer);
  return shown;
}

void apply_rest(const Params& params, json::object& schedule) {
  if (const auto end = params.one_of("end_behavior", {"cancel", "release"}))
    schedule["end_behavior"] = *end;
  apply_metadata(params, schedule["metadata"].as_object());
}

// The one phase that a running subscription is in.
void adopt(State& state, Record& schedule, Record& subscription) {
  json::array& phases = schedule.shown["phases"].as_array();
  const json::array& items = array_of(object_of(subscription.shown, "items"), "data");
  json::object phase = blank_phase(period_begin(subscription.shown), period_end(subscription.shown),
                                   subscription.shown.at("currency"));
  for (const json::value& value : items) {
    const json::object& item = value.get_object();
    phase["items"].as_array().push_back(
        phase_item(state.store.find(kind::price, text_of(item, "price"))->shown,
                   number_of(item, "quantity", 1), object_of(item, "metadata")));
  }
  for (const json::value& id : array_of(subscription.shown, "discounts"))
    phase["discounts"].as_array().push_back(
        json::object{{"coupon", nullptr}, {"discount", id}, {"promotion_code", nullptr}});
  schedule.shown["current_phase"] =
      json::object{{"end_date", phase.at("end_date")}, {"start_date", phase.at("start_date")}};
  phases.push_back(std::move(phase));
  json::object& defaults = schedule.shown["default_settings"].as_object();
  defaults["collection_method"] = subscription.shown.at("collection_method");
  defaults["invoice_settings"].as_object()["days_until_due"] =
      subscription.shown.at("days_until_due");
  schedule.shown["status"] = "active";
  schedule.shown["subscription"] = subscription.id;
  const json::object before = render(state, subscription);
  subscription.shown["schedule"] = schedule.id;
  emit(state, "subscription_schedule.created", kind::schedule, schedule.id);
  emit_changes(state, "customer.subscription.updated", kind::subscription, subscription.id, before);
}

json::value create_from_subscription(State& state, const Params& params, const std::string& id) {
  for (const std::string_view name : {"customer", "end_behavior", "phases", "start_date"})
    if (params.has(name))
      throw StripeError::invalid(
          fmt::format("You cannot set `{}` if `from_subscription` is set.", name), name);
  const json::object& shown = state.get(kind::subscription, id, "from_subscription").shown;
  const std::string status = text_of(shown, "status");
  if (status != "active" && status != "trialing" && status != "past_due")
    throw StripeError::invalid("Only a running subscription can be given a schedule.",
                               "from_subscription");
  if (is_set(shown, "schedule"))
    throw StripeError::invalid(
        fmt::format("You cannot migrate a subscription that is already attached to a schedule: "
                    "{}.",
                    text_of(shown, "schedule")),
        "from_subscription");
  const std::string schedule = state.new_id("sub_sched_1");
  Record& record = state.store.add(kind::schedule, schedule,
                                   blank_schedule(state, schedule, text_of(shown, "customer")));
  apply_metadata(params, record.shown["metadata"].as_object());
  adopt(state, record, state.store.edit(kind::subscription, id));
  return render(state, kind::schedule, schedule);
}

Record& running(State& state, const std::string& id) {
  const Record& schedule = state.get(kind::schedule, id, "id");
  const std::string status = text_of(schedule.shown, "status");
  if (status != "active" && status != "not_started")
    throw StripeError::invalid(
        fmt::format("You cannot update a subscription schedule that is currently in the `{}` "
                    "status. It must be in either `not_started` or `active` status.",
                    status));
  return state.store.edit(kind::schedule, id);
}

std::int64_t first_start(const json::object& schedule) {
  return number_of(array_of(schedule, "phases")[0].get_object(), "start_date");
}

}  // namespace

json::value create_schedule(State& state, Params& params) {
  if (const auto subscription = params.text("from_subscription"))
    return create_from_subscription(state, params, *subscription);
  const std::string customer = params.need_text("customer");
  live_customer(state, customer, "customer");
  const std::string id = state.new_id("sub_sched_1");
  Record& schedule = state.store.add(kind::schedule, id, blank_schedule(state, id, customer));
  const std::int64_t start = params.text("start_date").value_or("now") == "now"
                                 ? state.now
                                 : params.need_integer("start_date");
  if (start < state.now)
    throw StripeError::invalid("The simulator does not simulate schedules that start in the past.",
                               "start_date");
  apply_rest(params, schedule.shown);
  schedule.shown["phases"] = read_phases(state, params, start);
  if (array_of(schedule.shown, "phases").empty())
    throw StripeError::parameter("parameter_missing", "phases", "Missing required param: phases.");
  emit(state, "subscription_schedule.created", kind::schedule, id);
  if (start == state.now) next_phase(state, id);
  return render(state, kind::schedule, id);
}

json::value retrieve_schedule(State& state, Params& params) {
  return render(state, state.get(kind::schedule, params.path("id"), "id"));
}

json::value update_schedule(State& state, Params& params) {
  const std::string id = params.path("id");
  Record& schedule = running(state, id);
  const json::object before = render(state, schedule);
  const std::string proration =
      params.one_of("proration_behavior", {"always_invoice", "create_prorations", "none"})
          .value_or("create_prorations");
  apply_rest(params, schedule.shown);
  const bool active = text_of(schedule.shown, "status") == "active";
  if (params.has("phases")) {
    const std::int64_t start =
        active ? number_of(object_of(before, "current_phase"), "start_date") : first_start(before);
    json::array phases = read_phases(state, params, start);
    if (phases.empty())
      throw StripeError::invalid("A schedule must have at least one phase.", "phases");
    if (number_of(phases[0].get_object(), "end_date") <= state.now)
      throw StripeError::invalid("The current phase cannot end in the past.", "phases");
    schedule.shown["phases"] = std::move(phases);
    schedule.hidden["told_of_end"] = false;
    if (active) apply_phase(state, schedule, proration);
  }
  emit_changes(state, "subscription_schedule.updated", kind::schedule, id, before);
  return render(state, kind::schedule, id);
}

json::value list_schedules(State& state, Params& params) {
  const auto scheduled = params.boolean("scheduled");
  const Filter others =
      all_of({member_filter(params, "customer", "customer"), time_filter(params, "created"),
              time_filter(params, "canceled_at"), time_filter(params, "completed_at"),
              time_filter(params, "released_at")});
  return list_records(
      state, params, kind::schedule, "/v1/subscription_schedules",
      [&](const Record& schedule) {
        const bool waits = text_of(schedule.shown, "status") == "not_started";
        return (!scheduled || waits == *scheduled) && others(schedule);
      },
      keyed_by(params, {"customer"}));
}

json::value cancel_schedule(State& state, Params& params) {
  const std::string id = params.path("id");
  Record& schedule = running(state, id);
  params.boolean("invoice_now");
  const bool prorates = params.boolean("prorate").value_or(true);
  const std::string subscription = text_of(schedule.shown, "subscription");
  if (prorates && !subscription.empty()) credit_all(state, subscription);
  schedule.shown["status"] = "canceled";
  schedule.shown["canceled_at"] = state.now;
  schedule.shown["current_phase"] = nullptr;
  emit(state, "subscription_schedule.canceled", kind::schedule, id);
  if (!subscription.empty()) {
    cancel_now(state, subscription, "cancellation_requested");
    bill_last(state, subscription);
  }
  return render(state, kind::schedule, id);
}

json::value release_schedule(State& state, Params& params) {
  const std::string id = params.path("id");
  running(state, id);
  params.boolean("preserve_cancel_date");
  release(state, id);
  return render(state, kind::schedule, id);
}

}  // namespace freehold::simulator
