#include "billing/follow_ups.hpp"

#include "billing/json_fields.hpp"
#include "billing/schedule.hpp"
#include "core/async.hpp"

namespace freehold::billing {
namespace {

constexpr std::string_view schedules = "/v1/subscription_schedules";

std::string value_of(const Params& params, std::string_view name) {
  const auto found = std::ranges::find(params, name, &Params::value_type::first);
  return found == params.end() ? std::string() : found->second;
}

// Whose the call is: without the verb that some end in.
std::string object_path(const Call& call) {
  const bool ends_in_verb =
      call.kind == kind::release_schedule || call.kind == kind::pause || call.kind == kind::resume;
  return ends_in_verb ? call.path.substr(0, call.path.rfind('/')) : call.path;
}

std::string status_of(const json::value& object) {
  return fields::text(fields::at(&object, "status")).value_or("");
}

// The schedule that is attached to a subscription; nothing: none is.
Task<std::optional<std::string>> attached(Stripe& stripe, const std::string& subscription_path) {
  const json::value subscription = co_await stripe.get(subscription_path, {});
  co_return fields::text(fields::at(&subscription, "schedule"));
}

// A call that waits for a new schedule carries what the schedule shall bring, one item with "price"
// and "quantity" after another, and the interval at last.
Following following_of(const Params& params) {
  Following following;
  for (const auto& [name, value] : params) {
    if (name == "interval") {
      following.interval = value;
    } else {
      if (name == "price") following.items.emplace_back();
      following.items.back().emplace_back("[" + name + "]", value);
    }
  }
  return following;
}

Task<std::optional<json::value>> find_schedule(Stripe& stripe, const Call& call) {
  const auto id =
      co_await attached(stripe, "/v1/subscriptions/" + value_of(call.params, "from_subscription"));
  if (!id) co_return std::nullopt;
  co_return co_await stripe.get(fmt::format("{}/{}", schedules, *id), {});
}

bool ends_now(const Call& call) {
  return call.kind == kind::cancel_now || call.kind == kind::end_now;
}

bool can_be_so(const Call& call) {
  return call.kind == kind::release_schedule || ends_now(call) || call.kind == kind::pause ||
         call.kind == kind::resume;
}

bool is_so(const Call& call, const std::string& status) {
  if (call.kind == kind::release_schedule) return status != "active" && status != "not_started";
  if (ends_now(call)) return status == "canceled";
  if (call.kind == kind::pause) return status == "paused";
  return status == "active";
}

}  // namespace

json::value frozen(const Params& params) {
  json::array pairs;
  for (const auto& [name, value] : params) pairs.push_back(json::array{name, value});
  return pairs;
}

json::value frozen(const std::vector<Call>& calls) {
  json::array list;
  for (const Call& call : calls)
    list.push_back(json::object{{"kind", call.kind},
                                {"method", call.method},
                                {"path", call.path},
                                {"params", frozen(call.params)}});
  return list;
}

Params thawed_params(const json::value& pairs) {
  Params params;
  for (const json::value& pair : pairs.as_array())
    params.emplace_back(pair.at(0).as_string(), pair.at(1).as_string());
  return params;
}

std::vector<Call> thawed_calls(const std::string& stored) {
  std::vector<Call> calls;
  const json::value list = json::parse(stored);
  for (const json::value& one : list.as_array())
    calls.push_back({std::string(one.at("kind").as_string()),
                     std::string(one.at("path").as_string()), thawed_params(one.at("params")),
                     std::string(one.at("method").as_string())});
  return calls;
}

std::vector<Call> after_answer(const Call& call, const std::string& answer,
                               std::vector<Call> followed) {
  if (call.kind != kind::create_schedule || followed.empty()) return followed;
  const json::value schedule = json::parse(answer);
  Call& planning = followed.front();
  planning.path =
      fmt::format("{}/{}", schedules, fields::text(fields::at(&schedule, "id")).value_or(""));
  planning.params = phases_of(schedule, following_of(planning.params));
  return followed;
}

Task<std::optional<json::value>> find_done(Stripe& stripe, const Call& call) {
  if (call.kind == kind::create_schedule) co_return co_await find_schedule(stripe, call);
  if (!can_be_so(call)) co_return std::nullopt;
  json::value object = co_await stripe.get(object_path(call), {});
  if (!is_so(call, status_of(object))) co_return std::nullopt;
  co_return object;
}

Task<std::vector<Call>> another_way(Stripe& stripe, const Call& call, std::vector<Call> followed) {
  const bool cancels = value_of(call.params, "cancel_at_period_end") == "true";
  const bool clashes = cancels || call.kind == kind::pause || ends_now(call);
  std::vector<Call> calls;
  if (!clashes) co_return calls;
  const auto schedule = co_await attached(stripe, object_path(call));
  if (!schedule) co_return calls;
  calls = {releasing(*schedule), call};
  calls.insert(calls.end(), followed.begin(), followed.end());
  co_return calls;
}

Call releasing(const std::string& schedule_id) {
  return {std::string(kind::release_schedule),
          fmt::format("{}/{}/release", schedules, schedule_id),
          {}};
}

}  // namespace freehold::billing
