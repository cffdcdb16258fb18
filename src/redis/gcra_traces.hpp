// Random policies and requests over time, for the tests of the process and of the script.
#pragma once

#include <rapidcheck.h>

#include <utility>
#include <vector>

#include "redis/rate_limit.hpp"

namespace freehold::redis {

struct Trace {
  std::vector<Policy> policies;
  std::vector<std::pair<std::int64_t, std::int64_t>> requests;  // time in microseconds, cost
};

inline rc::Gen<Trace> any_trace() {
  return rc::gen::exec([] {
    Trace trace;
    const int count = *rc::gen::inRange(1, 4);
    for (int i = 0; i < count; ++i) {
      trace.policies.push_back({"p" + std::to_string(i), *rc::gen::inRange<std::int64_t>(1, 50),
                                std::chrono::seconds(*rc::gen::inRange(1, 20)),
                                *rc::gen::inRange<std::int64_t>(1, 20)});
    }
    std::int64_t now = 1'700'000'000'000'000;
    const int requests = *rc::gen::inRange(1, 60);
    for (int i = 0; i < requests; ++i) {
      // Mostly crowded together, sometimes after a rest.
      const auto longest = *rc::gen::element<std::int64_t>(1, 20'000, 500'000, 20'000'000);
      now += *rc::gen::inRange<std::int64_t>(0, longest);
      trace.requests.emplace_back(now, *rc::gen::inRange<std::int64_t>(1, 4));
    }
    return trace;
  });
}

}  // namespace freehold::redis
