#include "simulator/deliveries.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "core/crypto.hpp"
#include "simulator/invoices.hpp"
#include "simulator/keys.hpp"
#include "simulator/shapes.hpp"
#include "simulator/webhook_endpoints.hpp"
#include "simulator/webhook_plan.hpp"

namespace freehold::simulator {

namespace {

constexpr std::int64_t second = 1'000'000;  // of the machine's clock

// Before the 2nd to 5th attempt, on the machine's clock; then on the simulator's, in seconds.
constexpr std::array<std::int64_t, 4> machine_waits = {1, 5, 30, 120};
constexpr std::array<std::int64_t, 9> simulator_waits = {600,   3600,  10800, 21600, 43200,
                                                         43200, 43200, 43200, 43200};

bool wants(const Record& endpoint, std::string_view type) {
  if (text_of(endpoint.shown, "status") != "enabled") return false;
  const json::array& types = array_of(endpoint.shown, "enabled_events");
  return std::any_of(types.begin(), types.end(), [&](const json::value& wanted) {
    return wanted.get_string() == "*" || wanted.get_string() == type;
  });
}

void add_pending(State& state, const std::string& event_id, std::int64_t change) {
  json::object& event = state.store.edit(kind::event, event_id).shown;
  event["pending_webhooks"] = number_of(event, "pending_webhooks") + change;
}

void queue(State& state, const std::string& event_id, const Record& endpoint,
           const PlannedFate& fate) {
  json::object fields{{"event", event_id},
                      {"endpoint", endpoint.id},
                      {"created", state.now},
                      {"status", fate.dropped ? "dropped" : "pending"},
                      {"attempts", json::array{}},
                      {"held", fate.held},
                      {"rank", fate.rank},
                      {"corrupt", fate.corrupt},
                      {"stale", fate.stale},
                      {"older", fate.older},
                      {"thin", false},
                      {"not_before_machine", state.machine_now + fate.delay_seconds * second},
                      {"not_before", 0}};
  const std::string_view kept_as = fate.dropped ? kind::past_delivery : kind::delivery;
  state.store.add(kept_as, state.new_id("whd_"), {}, fields);
  add_pending(state, event_id, 1);
  if (!fate.thin) return;
  fields["thin"] = true;
  state.store.add(kept_as, state.new_id("whd_"), {}, std::move(fields));
  add_pending(state, event_id, 1);
}

bool is_due(const State& state, const Record& delivery) {
  return !flag_of(delivery.hidden, "held") &&
         state.machine_now >= number_of(delivery.hidden, "not_before_machine") &&
         state.now >= number_of(delivery.hidden, "not_before");
}

// Whether anything waits no longer, so that nobody looks for it in vain.
bool any_due(const State& state) {
  const Store::Places& machine = state.store.under(kind::delivery, machine_key);
  if (!machine.empty() && machine.begin()->first <= state.machine_now) return true;
  const Store::Places& simulated = state.store.under(kind::delivery, simulator_key);
  return !simulated.empty() && simulated.begin()->first <= state.now;
}

// The delivery that the endpoint gets next.
const Record* next_of(const State& state, const std::string& endpoint) {
  const Store::Rows& rows = state.store.all(kind::delivery);
  for (const auto& [rank, order] : state.store.under(kind::delivery, key_of_endpoint(endpoint)))
    if (is_due(state, rows.at(order))) return &rows.at(order);
  return nullptr;
}

// When the first one under `key` that is not under way is due, on that key's clock.
std::optional<std::int64_t> first_free(const State& state, std::string_view key,
                                       const std::set<std::string>& taken) {
  const Store::Rows& rows = state.store.all(kind::delivery);
  for (const auto& [at, order] : state.store.under(kind::delivery, key))
    if (!taken.contains(rows.at(order).id)) return at;
  return std::nullopt;
}

json::object body_of(const State& state, const Record& delivery, const Record& event,
                     const Record& endpoint) {
  if (flag_of(delivery.hidden, "thin")) return as_thin_event(event.shown);
  const bool older =
      flag_of(delivery.hidden, "older") || text_of(endpoint.shown, "api_version") == older_version;
  return older ? in_older_version(state, event.shown) : event.shown;
}

// What the plan spoils is right the next time, so that nothing is lost by it.
std::string signature_of(const State& state, const Record& delivery, const std::string& body,
                         const Record& endpoint) {
  constexpr std::int64_t an_hour = 3600;
  const bool first = array_of(delivery.hidden, "attempts").empty();
  const bool stale = first && flag_of(delivery.hidden, "stale");
  std::string header = signature_header(stale ? state.now - an_hour : state.now, body,
                                        signing_secrets(state, endpoint));
  if (first && flag_of(delivery.hidden, "corrupt"))
    header.back() = header.back() == '0' ? '1' : '0';
  return header;
}

Delivery attempt_of(const State& state, const Record& delivery) {
  const Record& event = *state.store.find(kind::event, text_of(delivery.hidden, "event"));
  const Record& endpoint = *state.store.find(kind::endpoint, text_of(delivery.hidden, "endpoint"));
  Delivery attempt{.id = delivery.id,
                   .url = text_of(endpoint.shown, "url"),
                   .event_type = text_of(event.shown, "type"),
                   .headers = {},
                   .body = indented(body_of(state, delivery, event, endpoint))};
  attempt.headers = {{"Content-Type", "application/json; charset=utf-8"},
                     {"User-Agent", "Stripe/1.0 (+https://stripe.com/docs/webhooks)"},
                     {"Stripe-Signature", signature_of(state, delivery, attempt.body, endpoint)}};
  return attempt;
}

// Plans the next attempt after `made` have failed; false when there is none.
bool plan_retry(const State& state, json::object& delivery, std::size_t made) {
  if (made <= machine_waits.size()) {
    delivery["not_before_machine"] = state.machine_now + machine_waits[made - 1] * second;
    return true;
  }
  const std::size_t later = made - machine_waits.size() - 1;
  if (later >= simulator_waits.size()) return false;
  delivery["not_before"] = state.now + simulator_waits[later];
  return true;
}

// An endpoint that has answered nothing for so long is disabled. Stripe says by mail that it will.
// https://docs.stripe.com/webhooks#disable
constexpr std::int64_t patience = 9LL * 86400;

void note_answer(State& state, const std::string& id, bool answered) {
  Record& endpoint = state.store.edit(kind::endpoint, id);
  if (answered) {
    endpoint.hidden["failing_since"] = nullptr;
    return;
  }
  const std::int64_t since = number_of(endpoint.hidden, "failing_since");
  if (since == 0) endpoint.hidden["failing_since"] = state.now;
  if (since == 0 || state.now - since < patience) return;
  endpoint.shown["status"] = "disabled";
  endpoint.hidden["failing_since"] = nullptr;
}

void finish(State& state, const std::string& id, std::string_view status) {
  json::object fields = state.store.edit(kind::delivery, id).hidden;
  fields["status"] = status;
  state.store.erase(kind::delivery, id);
  state.store.add(kind::past_delivery, id, {}, std::move(fields));
}

}  // namespace

void queue_deliveries(State& state, const std::string& event_id, std::string_view type) {
  for (const auto& [order, endpoint] : state.store.all(kind::endpoint)) {
    if (!wants(endpoint, type)) continue;
    const PlannedFate fate = plan_next(state);
    queue(state, event_id, endpoint, fate);
    if (fate.duplicated) queue(state, event_id, endpoint, fate);
  }
}

std::vector<Delivery> due_deliveries(const State& state, const std::set<std::string>& taken) {
  std::set<std::string> busy;  // endpoints
  for (const std::string& id : taken)
    if (const Record* delivery = state.store.find(kind::delivery, id))
      busy.insert(text_of(delivery->hidden, "endpoint"));
  std::vector<Delivery> attempts;
  if (!any_due(state)) return attempts;
  for (const auto& [order, endpoint] : state.store.all(kind::endpoint))
    if (!busy.contains(endpoint.id))
      if (const Record* next = next_of(state, endpoint.id))
        attempts.push_back(attempt_of(state, *next));
  return attempts;
}

std::optional<std::int64_t> next_delivery_at(const State& state,
                                             const std::set<std::string>& taken) {
  std::optional<std::int64_t> next;
  const auto consider = [&](std::int64_t at) { next = next ? std::min(*next, at) : at; };
  if (const auto at = first_free(state, machine_key, taken)) consider(*at);
  if (const auto at = first_free(state, simulator_key, taken))
    consider(state.machine_now + std::max<std::int64_t>(*at - state.now, 0) * second);
  return next;
}

void record_outcome(State& state, const std::string& delivery_id, const Outcome& outcome) {
  if (state.store.find(kind::delivery, delivery_id) == nullptr) return;  // its endpoint went away
  json::object& delivery = state.store.edit(kind::delivery, delivery_id).hidden;
  json::array& attempts = delivery["attempts"].as_array();
  attempts.push_back(json::object{{"at", state.now},
                                  {"status", outcome.status},
                                  {"error", outcome.error},
                                  {"milliseconds", outcome.took.count() / 1000}});
  const std::string event_id = text_of(delivery, "event");
  note_answer(state, text_of(delivery, "endpoint"), outcome.status >= 200 && outcome.status < 300);
  if (outcome.status >= 200 && outcome.status < 300) {
    finish(state, delivery_id, "delivered");
    add_pending(state, event_id, -1);
    if (!awaits_delivery(state, event_id)) event_acknowledged(state, event_id);
  } else if (!plan_retry(state, delivery, attempts.size())) {
    finish(state, delivery_id, "failed");
  }
}

void cancel_deliveries(State& state, const std::string& endpoint_id) {
  std::vector<std::string> ids;
  for (const Record* delivery : state.store.found(kind::delivery, endpoint_id))
    ids.push_back(delivery->id);
  for (const std::string& id : ids) finish(state, id, "canceled");
}

bool awaits_delivery(const State& state, const std::string& event_id) {
  const Record* event = state.store.find(kind::event, event_id);
  return event != nullptr && number_of(event->shown, "pending_webhooks") > 0;
}

std::string signature_header(std::int64_t timestamp, std::string_view body,
                             const std::vector<std::string>& secrets) {
  const std::string signed_text = fmt::format("{}.{}", timestamp, body);
  std::string header = fmt::format("t={}", timestamp);
  for (const std::string& secret : secrets) {
    const Digest digest = hmac_sha256(secret, signed_text);
    header += ",v1=" + to_hex(view(digest));
  }
  return header;
}

}  // namespace freehold::simulator
