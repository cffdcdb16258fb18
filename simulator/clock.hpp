// The clock that the product and the simulator share in `freehold up`: the machine's time plus an
// offset that only grows, except when a snapshot is restored. The simulator keeps the offset in its
// journal, so that a restart does not fall back to today.
#pragma once

#include <atomic>

#include "core/time.hpp"

namespace freehold::simulator {

class SharedClock final : public Clock {
 public:
  // `base` outlives the clock.
  explicit SharedClock(const Clock& base) : base_(base), offset_(own_offset_) {}
  // The same, with the offset (in microseconds) where other processes read it. It goes on from what
  // is there.
  SharedClock(const Clock& base, std::atomic<std::int64_t>& offset)
      : base_(base), offset_(offset) {}

  Instant now() const override { return base_.now() + offset(); }

  // How far it runs ahead of `base`.
  Duration offset() const { return Duration{offset_.load(std::memory_order_acquire)}; }
  void set_offset(Duration offset) { offset_.store(offset.count(), std::memory_order_release); }
  void advance(Duration by) { offset_.fetch_add(by.count(), std::memory_order_acq_rel); }

  const Clock& base() const { return base_; }

 private:
  const Clock& base_;
  std::atomic<std::int64_t> own_offset_ = 0;
  std::atomic<std::int64_t>& offset_;
};

}  // namespace freehold::simulator
