#include "simulator/test_clocks.hpp"

#include <fmt/format.h>

#include <stdexcept>
#include <vector>

#include "simulator/cadence.hpp"
#include "simulator/customers.hpp"
#include "simulator/events.hpp"
#include "simulator/keys.hpp"
#include "simulator/lists.hpp"
#include "simulator/render.hpp"
#include "simulator/turns.hpp"

namespace freehold::simulator {

namespace {

constexpr std::int64_t day = 86400;
constexpr int most_turns = 100'000;  // of one advance; more is a mistake of ours

constexpr std::string_view clocked_kinds[] = {
    kind::subscription,   kind::schedule,     kind::invoice, kind::refund,
    kind::payment_intent, kind::credit_grant, kind::session};

// The first thing that is due on the clock until `until`.
struct Due {
  std::int64_t at = 0;
  std::string kind;
  std::string id;
};
std::optional<Due> first_due(const State& state, const std::string& clock, std::int64_t until) {
  std::optional<Due> first;
  for (const std::string_view kind : clocked_kinds) {
    const Store::Places& places = state.store.under(kind, key_of_clock(clock));
    if (places.empty()) continue;
    const auto [at, order] = *places.begin();
    if (at <= until && (!first || at < first->at))
      first = {.at = at, .kind = std::string(kind), .id = state.store.all(kind).at(order).id};
  }
  return first;
}

// https://docs.stripe.com/api/test_clocks/advance: "at most two intervals from the shortest
// subscription interval"; two years without a subscription.
std::int64_t furthest(const State& state, const std::string& clock, std::int64_t from) {
  std::int64_t limit = from + 2 * 366 * day;
  for (const Record* subscription : state.store.found(kind::subscription, clock)) {
    const std::string status = text_of(subscription->shown, "status");
    if (status == "canceled" || status == "incomplete_expired") continue;
    for (const json::value& item : array_of(object_of(subscription->shown, "items"), "data")) {
      const json::object& price =
          state.store.find(kind::price, text_of(item.get_object(), "price"))->shown;
      limit = std::min(limit, period_start(from, object_of(price, "recurring"), 2));
    }
  }
  return limit;
}

// The test clock behind an id of any of the kinds that calls name.
std::string clock_behind(const State& state, const std::string& id) {
  static constexpr std::string_view kinds[] = {
      kind::test_clock,     kind::customer,     kind::subscription,   kind::schedule,
      kind::invoice,        kind::session,      kind::portal_session, kind::charge,
      kind::payment_intent, kind::invoice_item, kind::credit_note,    kind::refund};
  for (const std::string_view kind : kinds) {
    const Record* record = state.store.find(kind, id);
    if (record == nullptr) continue;
    if (kind == kind::test_clock) return id;
    if (const std::string clock = test_clock_of(*record); !clock.empty()) return clock;
    const json::value of_customer =
        test_clock_of_customer(state, text_of(record->shown, "customer"));
    return of_customer.is_string() ? std::string(of_customer.get_string()) : std::string();
  }
  // Items are found in their subscriptions.
  const auto owners = id.starts_with("si_") ? state.store.found(kind::subscription, id)
                                            : std::vector<const Record*>{};
  return owners.empty() ? std::string() : test_clock_of(*owners.front());
}

}  // namespace

std::string test_clock_of(const Record& record) {
  const std::string shown = text_of(record.shown, "test_clock");
  return shown.empty() ? text_of(record.hidden, "test_clock") : shown;
}

json::value test_clock_of_customer(const State& state, const std::string& customer) {
  const Record* record = state.store.find(kind::customer, customer);
  return record == nullptr ? json::value(nullptr) : text_or_null(test_clock_of(*record));
}

const Record& still_test_clock(const State& state, const std::string& id, std::string_view path) {
  const Record& clock = state.get(kind::test_clock, id, path);
  if (text_of(clock.shown, "status") != "ready")
    throw StripeError::invalid("The test clock is advancing.", path, "test_clock_advancing");
  return clock;
}

ClockTime::ClockTime(State& state, const Params& params) : state_(state), before_(state.now) {
  for (const std::string& id : params.ids()) {
    const std::string clock = clock_behind(state, id);
    if (clock.empty()) continue;
    go_to(clock);
    return;
  }
}

ClockTime::ClockTime(State& state, const std::string& id) : state_(state), before_(state.now) {
  go_to(clock_behind(state, id));
}

void ClockTime::go_to(const std::string& clock) {
  const Record* record = state_.store.find(kind::test_clock, clock);
  if (record != nullptr) state_.now = number_of(record->shown, "frozen_time");
}

json::value create_test_clock(State& state, Params& params) {
  const std::int64_t at = params.need_integer("frozen_time");
  const std::string id = state.new_id("clock_1");
  state.store.add(kind::test_clock, id,
                  {{"id", id},
                   {"object", "test_helpers.test_clock"},
                   {"created", state.now},
                   {"deletes_after", state.now + 30 * day},
                   {"frozen_time", at},
                   {"livemode", false},
                   {"name", text_or_null(params.text("name").value_or(""))},
                   {"status", "ready"},
                   {"status_details", json::object{}}});
  emit(state, "test_helpers.test_clock.created", kind::test_clock, id);
  return render(state, kind::test_clock, id);
}

json::value retrieve_test_clock(State& state, Params& params) {
  return render(state, state.get(kind::test_clock, params.path("id"), "id"));
}

json::value list_test_clocks(State& state, Params& params) {
  return list_records(state, params, kind::test_clock, "/v1/test_helpers/test_clocks",
                      [](const Record&) { return true; });
}

// Its customers go with it, and their subscriptions.
json::value delete_test_clock(State& state, Params& params) {
  const std::string id = params.path("id");
  state.get(kind::test_clock, id, "id");
  std::vector<std::string> customers;
  for (const Record* customer : state.store.found(kind::customer, id))
    if (!flag_of(customer->shown, "deleted")) customers.push_back(customer->id);
  for (const std::string& customer : customers) remove_customer(state, customer);
  emit(state, "test_helpers.test_clock.deleted", kind::test_clock, id);
  state.store.erase(kind::test_clock, id);
  return json::object{{"id", id}, {"object", "test_helpers.test_clock"}, {"deleted", true}};
}

json::value advance_test_clock(State& state, Params& params) {
  const std::string id = params.path("id");
  const json::object& shown = still_test_clock(state, id, "id").shown;
  const std::int64_t from = number_of(shown, "frozen_time");
  const std::int64_t to = params.need_integer("frozen_time");
  if (to <= from)
    throw StripeError::invalid("The new time must be after the clock's current time.",
                               "frozen_time");
  if (to > furthest(state, id, from))
    throw StripeError::invalid(
        "Cannot advance more than two intervals of the clock's shortest subscription, or two years "
        "without one, at once.",
        "frozen_time");
  Record& clock = state.store.edit(kind::test_clock, id);
  clock.shown["status"] = "advancing";
  clock.shown["status_details"] =
      json::object{{"advancing", json::object{{"target_frozen_time", to}}}};
  emit(state, "test_helpers.test_clock.advancing", kind::test_clock, id);
  return render(state, clock);
}

std::optional<std::int64_t> test_clock_due(const Record& clock) {
  if (text_of(clock.shown, "status") != "advancing") return std::nullopt;
  return 0;  // as soon as can be
}

void turn_test_clock(State& state, const std::string& id) {
  Record& clock = state.store.edit(kind::test_clock, id);
  const json::object& advancing = object_of(object_of(clock.shown, "status_details"), "advancing");
  const std::int64_t to = number_of(advancing, "target_frozen_time");
  const std::int64_t before = state.now;
  int turns = 0;
  while (const auto due = first_due(state, id, to)) {
    if (++turns > most_turns) throw std::logic_error(fmt::format("{} goes on for ever", id));
    state.now = std::max(due->at, number_of(clock.shown, "frozen_time"));
    clock.shown["frozen_time"] = state.now;
    turn(state, due->kind, due->id);
  }
  state.now = before;
  clock.shown["frozen_time"] = to;
  clock.shown["status"] = "ready";
  clock.shown["status_details"] = json::object{};
  emit(state, "test_helpers.test_clock.ready", kind::test_clock, id);
}

}  // namespace freehold::simulator
