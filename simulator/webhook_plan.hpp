// The chaos switch of the webhooks: what is dropped, sent twice, delayed, shuffled or held.
#pragma once

#include <cstdint>

#include "simulator/state.hpp"

namespace freehold::simulator {

// What the plan has for the next delivery.
struct PlannedFate {
  bool dropped = false;     // never sent, and stays undelivered
  bool duplicated = false;  // sent twice
  bool held = false;        // until it is released
  bool corrupt = false;     // the first attempt's signature is wrong
  bool stale = false;       // the first attempt is signed as of an hour ago
  bool older = false;       // rendered in another API version
  bool thin = false;        // followed by its thin twin
  std::int64_t delay_seconds = 0;
  std::int64_t rank = 0;  // deliveries are made by rank, then by age
};
PlannedFate plan_next(State& state);

}  // namespace freehold::simulator
