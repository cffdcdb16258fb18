#include "simulator/idempotency.hpp"

#include <fmt/format.h>

namespace freehold::simulator {

std::optional<json::object> find_answer(const State& state, const KeyedCall& call) {
  const Record* kept = state.store.find(kind::idempotency_key, call.key);
  if (kept == nullptr) return std::nullopt;
  if (text_of(kept->hidden, "path") == call.path &&
      object_of(kept->hidden, "params") == call.params)
    return kept->hidden;
  StripeError error{
      400, "idempotency_error",
      fmt::format("Keys for idempotent requests can only be used with the same parameters they "
                  "were first used with. Try using a key other than '{}' if you meant to execute a "
                  "different request.",
                  call.key)};
  error.begun = false;
  throw error;
}

void keep_answer(State& state, const KeyedCall& call, int status, const std::string& body) {
  state.store.add(kind::idempotency_key, call.key, {},
                  {{"path", call.path},
                   {"params", call.params},
                   {"status", status},
                   {"body", body},
                   {"request_id", state.cause.request_id},
                   {"created", state.now}});
}

std::optional<std::int64_t> key_due(const Record& key) {
  return number_of(key.hidden, "created") + 24 * 3600;
}

StripeError key_in_use(const std::string& key) {
  StripeError error{
      409, "idempotency_error",
      fmt::format("There is currently another in-progress request using this Idempotent Key (that "
                  "probably means you submitted twice, and the other request is still going "
                  "through): {}. Please try again later.",
                  key)};
  error.code = "idempotency_key_in_use";
  error.begun = false;
  return error;
}

}  // namespace freehold::simulator
