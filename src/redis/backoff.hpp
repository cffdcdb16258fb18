// How long to wait before the next attempt: 50 ms, doubling to 1 s, a little different each time so
// that the nodes of a fleet do not all come back in the same moment.
#pragma once

#include <algorithm>
#include <chrono>

#include "core/crypto.hpp"

namespace freehold::redis {

class Backoff {
 public:
  std::chrono::milliseconds next() {
    const auto wait = wait_;
    wait_ = std::min(2 * wait_, longest);
    std::uint8_t jitter = 0;
    fill_random({&jitter, 1});
    return wait - wait * jitter / 1024;  // up to a quarter less
  }
  void reset() { wait_ = shortest; }

 private:
  static constexpr std::chrono::milliseconds shortest{50};
  static constexpr std::chrono::milliseconds longest{1'000};

  std::chrono::milliseconds wait_ = shortest;
};

}  // namespace freehold::redis
