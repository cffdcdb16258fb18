// The algorithm itself, in whole microseconds, so that the script (whose numbers are doubles) and
// the process decide alike to the last microsecond.
//
// A bucket is one number, its TAT: the time at which it is full again. A request moves it on by
// `interval * cost`, and passes if it then lies at most `tolerance` ahead of now.
// https://en.wikipedia.org/wiki/Generic_cell_rate_algorithm
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "redis/rate_limit.hpp"

namespace freehold::redis::gcra {

struct Rate {
  std::int64_t interval;   // microseconds per request
  std::int64_t tolerance;  // interval * burst
  std::int64_t increment;  // interval * cost
};

// `nodes` divides the limit. Throws std::invalid_argument.
Rate rate_of(const Policy& policy, std::int64_t cost, int nodes = 1);

// What was decided: by `now`, with the TATs as they are afterwards.
struct Outcome {
  bool allowed = true;
  std::int64_t now = 0;
  std::vector<std::int64_t> tats;
};

// Moves every TAT on, or none. A bucket that nobody has used has TAT 0.
Outcome decide(std::int64_t now, std::vector<std::int64_t> tats, const std::vector<Rate>& rates);

// The same as a script over KEYS, with increment and tolerance of each in ARGV; answers
// {allowed, now, tat...}. `now` is the Lua expression for the time.
std::string script(std::string_view now);
inline constexpr std::string_view server_time =
    "(function() local t = redis.call('TIME') return t[1] * 1000000 + t[2] end)()";

PolicyVerdict verdict_of(const Policy& policy, const Rate& rate, const Outcome& outcome,
                         std::int64_t tat);

}  // namespace freehold::redis::gcra
