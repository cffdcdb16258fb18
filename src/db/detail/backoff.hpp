// When to try to connect again: at once after the first failure is forgotten, then after 50 ms,
// doubling to 2 s, each less up to a quarter by chance so that nodes do not come back in step.
#pragma once

#include <algorithm>
#include <chrono>
#include <random>

namespace freehold::db::detail {

class Backoff {
 public:
  using Time = std::chrono::steady_clock::time_point;
  static constexpr std::chrono::milliseconds shortest{50};
  static constexpr std::chrono::milliseconds longest{2'000};

  bool is_failing() const { return delay_.count() != 0; }
  bool may_try(Time now) const { return !is_failing() || now >= next_; }

  void on_success() { delay_ = {}; }
  void on_failure(Time now) {
    delay_ = is_failing() ? std::min(2 * delay_, longest) : shortest;
    next_ = now + delay_ - delay_ * (random_() % 26) / 100;
  }

 private:
  std::chrono::milliseconds delay_{0};
  Time next_;
  std::minstd_rand random_{std::random_device{}()};
};

}  // namespace freehold::db::detail
