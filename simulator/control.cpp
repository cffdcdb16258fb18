// The controls under /_sim: the clock, snapshots, the log, and what endpoints.cpp lists.
#include <fmt/format.h>

#include <limits>

#include "simulator/endpoints.hpp"
#include "simulator/form.hpp"
#include "simulator/parts.hpp"

namespace freehold::simulator {

namespace {

Answer json_answer(int status, const json::object& value) {
  return {
      .status = status, .headers = {{"Content-Type", "application/json"}}, .body = indented(value)};
}

Answer refused(const StripeError& error) {
  return json_answer(error.status, error.body());
}

json::object show_clock(const Parts& parts) {
  const Record* due = parts.store.next_due(std::numeric_limits<std::int64_t>::max());
  return {{"object", "simulator.clock"},
          {"now", parts.now()},
          {"offset_seconds", parts.clock.offset().count() / 1'000'000},
          {"next_due", due == nullptr ? json::value(nullptr) : json::value(*due->due)}};
}

json::object show_log(const Parts& parts) {
  json::array data;
  for (auto call = parts.log.rbegin(); call != parts.log.rend(); ++call) data.push_back(*call);
  return list_object(std::move(data), "/_sim/log");
}

Answer restored(Simulator& simulator, Parts& parts, const std::string& text) {
  try {
    simulator.restore(text);
  } catch (const std::runtime_error& error) {
    return refused(StripeError::invalid(error.what()));
  }
  return json_answer(200, show_clock(parts));
}

Answer run_control(Parts& parts, const Call& call) {
  Params::PathIds ids;
  const Endpoint* endpoint = find_endpoint(call.method, path_of(call.target), ids);
  if (endpoint == nullptr)
    throw StripeError{404, "invalid_request_error",
                      fmt::format("No control at {} {}: docs/simulator.md lists them.", call.method,
                                  path_of(call.target))};
  Params params(parse_nested_form(call.body), std::move(ids));
  json::value answer;
  parts.state.cause = {};
  parts.transact(parts.now(), [&] {
    answer = endpoint->handle(parts.state, params);
    params.refuse_unread({});
  });
  return json_answer(200, answer.as_object());
}

}  // namespace

Instant Parts::wanted_time(const Call& call) const {
  const Params params(parse_nested_form(call.body));
  const auto seconds = params.integer("seconds");
  const auto to = params.integer("to");
  const bool next = params.boolean("next").value_or(false);
  params.refuse_unread({});
  if ((seconds ? 1 : 0) + (to ? 1 : 0) + (next ? 1 : 0) != 1)
    throw StripeError::invalid("Send one of seconds=…, to=… (seconds since 1970) or next=true.");
  const Record* due = store.next_due(std::numeric_limits<std::int64_t>::max());
  if (next && due == nullptr)
    throw StripeError::invalid("Nothing is due: the clock has nowhere to go.", "next");
  const std::int64_t at = next ? *due->due : to ? *to : now() + *seconds;
  if (at < now()) throw StripeError::invalid("The clock does not run backwards.");
  if (at > now() + 10LL * 366 * 86400)
    throw StripeError::invalid("The clock advances by at most ten years at once.");
  return from_unix_seconds(at);
}

Answer Parts::control(Simulator& simulator, const Call& call) {
  const std::string name = fmt::format("{} {}", call.method, path_of(call.target));
  try {
    if (name == "POST /_sim/clock") simulator.advance(wanted_time(call));
    if (name.ends_with(" /_sim/clock")) return json_answer(200, show_clock(*this));
    if (name == "GET /_sim/log") return json_answer(200, show_log(*this));
    if (name == "GET /_sim/snapshot")
      return {.status = 200,
              .headers = {{"Content-Type", "text/plain; charset=utf-8"}},
              .body = simulator.snapshot()};
    if (name == "POST /_sim/restore") return restored(simulator, *this, call.body);
    if (name == "POST /_sim/reset") {
      simulator.reset();
      return json_answer(200, show_clock(*this));
    }
    return run_control(*this, call);
  } catch (const StripeError& error) {
    return refused(error);
  }
}

}  // namespace freehold::simulator
