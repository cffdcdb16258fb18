// How a schedule goes from phase to phase, and how it ends.
#include <fmt/format.h>

#include <algorithm>

#include "simulator/events.hpp"
#include "simulator/render.hpp"
#include "simulator/schedules.hpp"
#include "simulator/subscription_changes.hpp"
#include "simulator/subscriptions.hpp"

namespace freehold::simulator {

namespace {

constexpr std::int64_t notice = 7 * 86400;  // of subscription_schedule.expiring

const json::object& phase_at(const json::object& schedule, std::int64_t start) {
  for (const json::value& phase : array_of(schedule, "phases"))
    if (number_of(phase.get_object(), "start_date") == start) return phase.get_object();
  return array_of(schedule, "phases")[0].get_object();
}

const json::object& current_phase(const json::object& schedule) {
  return phase_at(schedule, number_of(object_of(schedule, "current_phase"), "start_date"));
}

std::int64_t last_end(const json::object& schedule) {
  return number_of(array_of(schedule, "phases").back().get_object(), "end_date");
}

std::vector<DiscountWanted> discounts_of_phase(const json::object& phase) {
  std::vector<DiscountWanted> wanted;
  for (const json::value& value : array_of(phase, "discounts")) {
    const json::object& one = value.get_object();
    wanted.push_back({.coupon = text_of(one, "coupon"),
                      .promotion_code = text_of(one, "promotion_code"),
                      .discount = text_of(one, "discount"),
                      .path = "phases"});
  }
  return wanted;
}

// Items that keep their price keep their id; the others are given the new prices in their order.
std::vector<ItemChange> changes_to(const json::object& subscription, const json::object& phase) {
  std::vector<json::object> old;
  for (const json::value& item : array_of(object_of(subscription, "items"), "data"))
    old.push_back(item.get_object());
  const auto take = [&](auto fits) {
    const auto found = std::find_if(old.begin(), old.end(), fits);
    if (found == old.end()) return std::string();
    std::string id = text_of(*found, "id");
    old.erase(found);
    return id;
  };
  std::vector<ItemChange> changes;
  for (const json::value& value : array_of(phase, "items")) {
    const json::object& item = value.get_object();
    ItemChange change{
        .id = take([&](const json::object& one) { return one.at("price") == item.at("price"); }),
        .price = text_of(item, "price"),
        .path = "phases"};
    if (is_set(item, "quantity")) change.quantity = number_of(item, "quantity");
    changes.push_back(std::move(change));
  }
  for (ItemChange& change : changes)
    if (change.id.empty()) change.id = take([](const json::object&) { return true; });
  for (const json::object& gone : old)
    changes.push_back({.id = text_of(gone, "id"), .price = {}, .deleted = true, .path = "phases"});
  return changes;
}

void begin(State& state, Record& schedule, const json::object& phase) {
  NewSubscription wanted;
  wanted.customer = text_of(schedule.shown, "customer");
  for (const json::value& value : array_of(phase, "items")) {
    const json::object& item = value.get_object();
    wanted.items.push_back({.price = text_of(item, "price"),
                            .quantity = number_of(item, "quantity", 1),
                            .metadata = object_of(item, "metadata")});
  }
  wanted.metadata = object_of(phase, "metadata");
  wanted.discounts = discounts_of_phase(phase);
  const std::string id = start_subscription(state, wanted);
  schedule.shown["subscription"] = id;
  const json::object before = render(state, kind::subscription, id);
  state.store.edit(kind::subscription, id).shown["schedule"] = schedule.id;
  emit_changes(state, "customer.subscription.updated", kind::subscription, id, before);
}

void set_current(Record& schedule, const json::object& phase) {
  schedule.shown["status"] = "active";
  schedule.shown["current_phase"] =
      json::object{{"end_date", phase.at("end_date")}, {"start_date", phase.at("start_date")}};
}

void finish(State& state, Record& schedule) {
  if (text_of(schedule.shown, "end_behavior") == "release") return release(state, schedule.id);
  const std::string subscription = text_of(schedule.shown, "subscription");
  schedule.shown["status"] = "completed";
  schedule.shown["completed_at"] = state.now;
  schedule.shown["current_phase"] = nullptr;
  emit(state, "subscription_schedule.completed", kind::schedule, schedule.id);
  cancel_now(state, subscription, "cancellation_requested");
  bill_last(state, subscription);
}

}  // namespace

void apply_phase(State& state, Record& schedule, const std::string& proration) {
  const json::object phase = current_phase(schedule.shown);
  set_current(schedule, phase);
  const std::string id = text_of(schedule.shown, "subscription");
  const Record& subscription = *state.store.find(kind::subscription, id);
  Change change{.items = changes_to(subscription.shown, phase),
                .discounts = discounts_of_phase(phase),
                .anchor_now = text_of(phase, "billing_cycle_anchor") == "phase_start" &&
                              number_of(phase, "start_date") == state.now,
                .proration = proration};
  json::object& metadata = state.store.edit(kind::subscription, id).shown["metadata"].as_object();
  for (const auto& member : object_of(phase, "metadata")) metadata[member.key()] = member.value();
  carry_out_change(state, id, change);
}

void next_phase(State& state, const std::string& id) {
  Record& schedule = state.store.edit(kind::schedule, id);
  const json::object before = render(state, schedule);
  const bool begins = text_of(schedule.shown, "status") == "not_started";
  if (!begins && last_end(schedule.shown) <= state.now) return finish(state, schedule);
  const std::int64_t start =
      begins ? 0 : number_of(object_of(schedule.shown, "current_phase"), "end_date");
  const json::object phase = phase_at(schedule.shown, start);
  set_current(schedule, phase);
  if (begins)
    begin(state, schedule, phase);
  else
    apply_phase(state, schedule, text_of(phase, "proration_behavior"));
  emit_changes(state, "subscription_schedule.updated", kind::schedule, id, before);
}

void release(State& state, const std::string& id) {
  Record& schedule = state.store.edit(kind::schedule, id);
  const std::string subscription = text_of(schedule.shown, "subscription");
  schedule.shown["status"] = "released";
  schedule.shown["released_at"] = state.now;
  schedule.shown["released_subscription"] = text_or_null(subscription);
  schedule.shown["subscription"] = nullptr;
  schedule.shown["current_phase"] = nullptr;
  emit(state, "subscription_schedule.released", kind::schedule, id);
  if (subscription.empty()) return;
  const json::object before = render(state, kind::subscription, subscription);
  state.store.edit(kind::subscription, subscription).shown["schedule"] = nullptr;
  emit_changes(state, "customer.subscription.updated", kind::subscription, subscription, before);
}

void subscription_ended(State& state, const std::string& subscription, std::string_view reason) {
  const std::string id =
      text_of(state.store.find(kind::subscription, subscription)->shown, "schedule");
  if (id.empty()) return;
  Record& schedule = state.store.edit(kind::schedule, id);
  if (text_of(schedule.shown, "status") != "active") return;
  const bool aborted = reason == "payment_failed";
  schedule.shown["status"] = "canceled";
  schedule.shown["canceled_at"] = state.now;
  schedule.shown["current_phase"] = nullptr;
  emit(state, aborted ? "subscription_schedule.aborted" : "subscription_schedule.canceled",
       kind::schedule, id);
}

void subscription_changed(State& state, const std::string& subscription) {
  const json::object& owner = state.store.find(kind::subscription, subscription)->shown;
  const std::string id = text_of(owner, "schedule");
  if (id.empty()) return;
  Record& schedule = state.store.edit(kind::schedule, id);
  const json::object before = render(state, schedule);
  const std::int64_t start = number_of(current_phase(schedule.shown), "start_date");
  json::array items;
  for (const json::value& value : array_of(object_of(owner, "items"), "data")) {
    const json::object& item = value.get_object();
    json::object kept{{"billing_thresholds", nullptr},   {"discounts", json::array{}},
                      {"metadata", item.at("metadata")}, {"plan", item.at("price")},
                      {"price", item.at("price")},       {"tax_rates", json::array{}}};
    if (is_set(item, "quantity")) kept["quantity"] = item.at("quantity");
    items.push_back(std::move(kept));
  }
  for (json::value& phase : schedule.shown["phases"].as_array())
    if (number_of(phase.get_object(), "start_date") == start) phase.get_object()["items"] = items;
  emit_changes(state, "subscription_schedule.updated", kind::schedule, id, before);
}

void refuse_scheduled(const json::object& subscription, std::string_view what,
                      std::string_view path) {
  if (!is_set(subscription, "schedule")) return;
  throw StripeError::invalid(
      fmt::format("The subscription is managed by the subscription schedule `{}`, and {} is not "
                  "allowed. Please update the schedule instead, or release it.",
                  text_of(subscription, "schedule"), what),
      path);
}

std::optional<std::int64_t> schedule_due(const Record& schedule) {
  const std::string status = text_of(schedule.shown, "status");
  if (array_of(schedule.shown, "phases").empty()) return std::nullopt;  // being made
  if (status == "not_started")
    return number_of(array_of(schedule.shown, "phases")[0].get_object(), "start_date");
  if (status != "active") return std::nullopt;
  const std::int64_t end = number_of(object_of(schedule.shown, "current_phase"), "end_date");
  const bool told = flag_of(schedule.hidden, "told_of_end");
  return told ? end : std::min(end, last_end(schedule.shown) - notice);
}

void turn_schedule(State& state, const std::string& id) {
  Record& schedule = state.store.edit(kind::schedule, id);
  const bool active = text_of(schedule.shown, "status") == "active";
  if (active && number_of(object_of(schedule.shown, "current_phase"), "end_date") > state.now) {
    schedule.hidden["told_of_end"] = true;
    return emit(state, "subscription_schedule.expiring", kind::schedule, id);
  }
  next_phase(state, id);
}

std::string schedule_to_turn(const State& state, const json::object& subscription) {
  const Record* schedule = state.store.find(kind::schedule, text_of(subscription, "schedule"));
  if (schedule == nullptr || text_of(schedule->shown, "status") != "active") return {};
  const bool ends = number_of(object_of(schedule->shown, "current_phase"), "end_date") <= state.now;
  return ends ? schedule->id : std::string();
}

}  // namespace freehold::simulator
