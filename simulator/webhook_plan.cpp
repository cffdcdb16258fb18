#include "simulator/webhook_plan.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

#include "core/crypto.hpp"
#include "simulator/deliveries.hpp"
#include "simulator/keys.hpp"
#include "simulator/params.hpp"

namespace freehold::simulator {

namespace {

constexpr std::string_view plan_id = "webhook_plan";

// A number that follows from the seed, below 2^31.
std::int64_t shuffled(std::int64_t seed, std::int64_t number) {
  const Digest digest = sha256(fmt::format("{}/{}", seed, number));
  return (digest[0] & 0x7F) << 24 | digest[1] << 16 | digest[2] << 8 | digest[3];
}

bool is_nth(std::int64_t number, std::int64_t every) {
  return every > 0 && number % every == 0;
}

constexpr std::array<std::string_view, 9> numbers = {
    "drop",        "drop_every", "duplicate_every", "corrupt_every", "stale_every",
    "older_every", "thin_every", "delay_seconds",   "shuffle_seed"};

json::object show(const State& state) {
  const json::object& plan = state.read_setting(plan_id);
  const auto waiting =
      static_cast<std::int64_t>(state.store.under(kind::delivery, held_key).size());
  json::object shown{{"object", "simulator.webhook_plan"}};
  for (const std::string_view name : numbers) shown[name] = number_of(plan, name);
  shown["reverse"] = flag_of(plan, "reverse");
  shown["hold"] = flag_of(plan, "hold");
  shown["held"] = waiting;
  shown["planned"] = number_of(plan, "planned");
  return shown;
}

// Where each held delivery comes: by the order of its event in `order`, the others after these.
std::map<std::string, std::int64_t> ranks_of(const std::vector<std::string>& order) {
  std::map<std::string, std::int64_t> ranks;
  for (std::size_t i = 0; i < order.size(); ++i)
    ranks.emplace(order[i], static_cast<std::int64_t>(i) - static_cast<std::int64_t>(order.size()));
  return ranks;
}

}  // namespace

PlannedFate plan_next(State& state) {
  if (state.read_setting(plan_id).empty()) return {};
  json::object& plan = state.setting(plan_id);
  const std::int64_t number = number_of(plan, "planned") + 1;
  plan["planned"] = number;
  const std::int64_t seed = number_of(plan, "shuffle_seed");
  const auto every = [&](std::string_view name) { return is_nth(number, number_of(plan, name)); };
  return {.dropped = every("drop_every") || number == number_of(plan, "drop"),
          .duplicated = every("duplicate_every"),
          .held = flag_of(plan, "hold"),
          .corrupt = every("corrupt_every"),
          .stale = every("stale_every"),
          .older = every("older_every"),
          .thin = every("thin_every"),
          .delay_seconds = number_of(plan, "delay_seconds"),
          .rank = seed != 0                  ? shuffled(seed, number)
                  : flag_of(plan, "reverse") ? -number
                                             : 0};
}

json::value show_webhook_plan(State& state, Params&) {
  return show(state);
}

json::value set_webhook_plan(State& state, Params& params) {
  json::object plan;
  for (const std::string_view name : numbers)
    plan[name] = std::max<std::int64_t>(params.integer(name).value_or(0), 0);
  plan["reverse"] = params.boolean("reverse").value_or(false);
  plan["hold"] = params.boolean("hold").value_or(false);
  state.setting(plan_id) = std::move(plan);
  return show(state);
}

json::value release_webhooks(State& state, Params& params) {
  const auto ranks = ranks_of(params.texts("order"));
  const bool reverse = params.boolean("reverse").value_or(false);
  const std::int64_t seed = params.integer("shuffle_seed").value_or(0);

  std::vector<std::string> held;
  for (const Record* delivery : state.store.found(kind::delivery, held_key))
    held.push_back(delivery->id);
  std::int64_t place = 0;
  for (const std::string& id : held) {
    json::object& delivery = state.store.edit(kind::delivery, id).hidden;
    ++place;
    const auto named = ranks.find(text_of(delivery, "event"));
    delivery["held"] = false;
    delivery["rank"] = named != ranks.end() ? named->second
                       : seed != 0          ? shuffled(seed, place)
                       : reverse            ? -place
                                            : place;
  }
  state.setting(plan_id)["hold"] = false;
  return show(state);
}

json::value list_deliveries(State& state, Params&) {
  json::array data;
  for (const std::string_view kept_as : {kind::delivery, kind::past_delivery})
    for (const auto& [order, delivery] : state.store.all(kept_as)) {
      json::object shown = delivery.hidden;
      shown["id"] = delivery.id;
      shown["type"] =
          text_of(state.store.find(kind::event, text_of(shown, "event"))->shown, "type");
      data.push_back(std::move(shown));
    }
  return list_object(std::move(data), "/_sim/webhooks/deliveries");
}

}  // namespace freehold::simulator
