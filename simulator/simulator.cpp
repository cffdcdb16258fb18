#include "simulator/simulator.hpp"

#include <fmt/format.h>

#include <limits>
#include <stdexcept>

#include "core/crypto.hpp"
#include "core/log.hpp"
#include "simulator/checkout.hpp"
#include "simulator/deliveries.hpp"
#include "simulator/keys.hpp"
#include "simulator/parts.hpp"
#include "simulator/turns.hpp"
#include "simulator/webhook_endpoints.hpp"

namespace freehold::simulator {

namespace {

constexpr std::string_view snapshot_title = "freehold simulator 1";

// The records of a snapshot. Throws std::runtime_error when it is none.
std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    const std::string_view line = unsealed(text.substr(0, end));
    if (end == std::string_view::npos || line.empty())
      throw std::runtime_error("this is not a whole snapshot of the simulator");
    lines.emplace_back(line);
    text.remove_prefix(end + 1);
  }
  if (lines.empty() || lines.front() != snapshot_title)
    throw std::runtime_error("this is not a snapshot of the simulator");
  lines.erase(lines.begin());
  return lines;
}

}  // namespace

Parts::Parts(Config settings, SharedClock& shared_clock)
    : config(std::move(settings)),
      clock(shared_clock),
      store(due_of, keys_of),
      journal(config.journal),
      state(store, config),
      start(std::to_string(shared_clock.base().now().micros)) {
  journal.read([this](std::string_view line) { store.apply(line); });
  journal.replace(store.dump());
  // A new journal knows no time yet: the clock stays where it is.
  const json::object& kept = state.read_setting("clock");
  if (is_set(kept, "offset")) clock.set_offset(Duration{number_of(kept, "offset")});
  state.base_url = config.base_url;
  transact(now(), [this] {
    json::object& identity = state.setting("identity");
    if (!identity.contains("seed"))
      identity["seed"] = config.seed != 0 ? std::to_string(config.seed) : to_hex(random_bytes(8));
    if (config.endpoint) ensure_endpoint(state, *config.endpoint);
  });
}

void Parts::transact(std::int64_t at, const std::function<void()>& work) {
  state.now = at;
  state.clock_now = at;
  state.authenticated = false;
  state.machine_now = clock.base().now().micros;
  store.begin();
  const auto save = [this] {
    if (journal.is_kept())
      if (const std::string changes = store.changes(); !changes.empty()) journal.append(changes);
    store.commit();
  };
  try {
    work();
    save();
  } catch (const StripeError& error) {
    if (error.keeps_changes)
      save();
    else
      store.roll_back();
    throw;
  } catch (...) {
    store.roll_back();
    throw;
  }
}

std::int64_t Parts::now() const {
  return to_unix_seconds(clock.now());
}

void Parts::move_clock(Instant to) {
  const Duration ahead = to - clock.now();
  if (ahead.count() <= 0) return;
  clock.advance(ahead);
  transact(now(), [this] { state.setting("clock")["offset"] = clock.offset().count(); });
}

bool Parts::turn_once(std::int64_t until) {
  const Record* due = store.next_due(until);
  if (due == nullptr) return false;
  const std::int64_t at = *due->due;
  const std::int64_t moment = at == 0 ? now() : at;  // 0: as soon as can be
  const std::string kind = due->kind;
  const std::string id = due->id;
  state.cause = {};
  transact(moment, [&] { turn(state, kind, id); });
  const Record* after = store.find(kind, id);
  if (after != nullptr && after->due == at && store.next_due(at) == after &&
      kind != kind::subscription && kind != kind::schedule)
    throw std::logic_error(fmt::format("{} {} stays due", kind, id));
  return true;
}

void Parts::catch_up() {
  const std::int64_t ahead = clock.offset().count();
  if (number_of(state.read_setting("clock"), "offset") != ahead)  // others may move the clock too
    transact(now(), [&] { state.setting("clock")["offset"] = ahead; });
  while (turn_once(now())) {
  }
}

Simulator::Simulator(Config config, SharedClock& clock)
    : parts_(std::make_unique<Parts>(std::move(config), clock)) {}

Simulator::~Simulator() = default;

Answer Simulator::call(const Call& call) {
  parts_->catch_up();
  if (call.target.starts_with("/_sim/")) return parts_->control(*this, call);
  return parts_->answer(call);
}

void Simulator::set_base_url(std::string base_url) {
  parts_->state.base_url = std::move(base_url);
}

void Simulator::catch_up() {
  parts_->catch_up();
}

bool Simulator::step(Instant to) {
  const Record* due = parts_->store.next_due(to_unix_seconds(to));
  if (due == nullptr) {
    parts_->move_clock(to);
    return false;
  }
  const std::int64_t at = *due->due;
  parts_->move_clock(from_unix_seconds(at));
  while (parts_->turn_once(at)) {
  }
  return true;
}

void Simulator::advance(Instant to) {
  while (step(to)) {
  }
}

std::optional<Instant> Simulator::next_due() const {
  const Record* due = parts_->store.next_due(std::numeric_limits<std::int64_t>::max());
  if (due == nullptr) return std::nullopt;
  return from_unix_seconds(*due->due);
}

std::vector<Delivery> Simulator::take_deliveries() {
  parts_->state.now = parts_->now();
  parts_->state.machine_now = parts_->clock.base().now().micros;
  std::vector<Delivery> due = due_deliveries(parts_->state, parts_->taken);
  for (const Delivery& delivery : due) parts_->taken.insert(delivery.id);
  return due;
}

void Simulator::record(const std::string& delivery_id, const Outcome& outcome) {
  parts_->taken.erase(delivery_id);
  parts_->state.cause = {};
  parts_->transact(parts_->now(), [&] { record_outcome(parts_->state, delivery_id, outcome); });
}

std::optional<Instant> Simulator::next_delivery() const {
  parts_->state.now = parts_->now();
  parts_->state.machine_now = parts_->clock.base().now().micros;
  const auto at = next_delivery_at(parts_->state, parts_->taken);
  if (!at) return std::nullopt;
  return Instant{*at};
}

Instant Simulator::wanted_time(const Call& call) const {
  return parts_->wanted_time(call);
}

void Simulator::reset() {
  std::vector<std::pair<std::string, std::string>> gone;
  for (const Record* record : parts_->store.records())
    if (record->kind != kind::setting || (record->id != "identity" && record->id != "clock"))
      gone.emplace_back(record->kind, record->id);
  parts_->taken.clear();
  parts_->transact(parts_->now(), [&] {
    for (const auto& [kind, id] : gone) parts_->store.erase(kind, id);
    if (parts_->config.endpoint) ensure_endpoint(parts_->state, *parts_->config.endpoint);
  });
  parts_->journal.replace(parts_->store.dump());
}

std::string Simulator::snapshot() const {
  std::string text = sealed(snapshot_title);
  for (const std::string& line : parts_->store.dump()) text += sealed(line);
  return text;
}

void Simulator::restore(std::string_view text) {
  const std::vector<std::string> lines = lines_of(text);
  const std::vector<std::string> before = parts_->store.dump();
  const auto load = [this](const std::vector<std::string>& from) {
    parts_->store.clear();
    for (const std::string& line : from) parts_->store.apply(line);
  };
  try {
    load(lines);
    parts_->journal.replace(lines);
  } catch (...) {
    load(before);
    throw;
  }
  parts_->taken.clear();
  parts_->clock.set_offset(Duration{number_of(parts_->state.read_setting("clock"), "offset")});
}

std::string Simulator::pay_checkout(const std::string& session, const std::string& card_number,
                                    const std::string& promotion_code) {
  std::string next;
  change([&](State& state) {
    const int year = date_of(from_unix_seconds(state.now)).year + 2;
    const TypedCard card{.number = card_number, .exp_month = 12, .exp_year = year, .cvc = "123"};
    state.get(kind::session, session, "id");
    if (!promotion_code.empty()) apply_code(state, session, promotion_code);
    next = complete_session(state, session,
                            {.email = "customer@example.com", .name = "", .card = card});
  });
  return next;
}

void Simulator::change(const std::function<void(State&)>& work) {
  parts_->catch_up();
  parts_->state.cause = {};
  parts_->transact(parts_->now(), [&] { work(parts_->state); });
}

void Simulator::look(const std::function<void(State&)>& work) {
  parts_->catch_up();
  parts_->state.now = parts_->now();
  parts_->state.clock_now = parts_->state.now;
  work(parts_->state);
}

}  // namespace freehold::simulator
