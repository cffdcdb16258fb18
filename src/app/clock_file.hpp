// The clock of `freehold up` for other nodes of its servers. Eight bytes in its folder say how far
// business time has been moved. Others map them, see each move at once, and cannot make one.
#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <string>

#include "core/time.hpp"

namespace freehold::app {

using SharedMicros = std::atomic<std::int64_t>;

// Of `freehold up`: the offset that its clock moves.
class PublishedOffset {
 public:
  // Makes the file unless it is there, and then goes on from what it says. Throws
  // std::runtime_error with a sentence.
  explicit PublishedOffset(const std::filesystem::path& file);
  ~PublishedOffset();
  PublishedOffset(const PublishedOffset&) = delete;
  PublishedOffset& operator=(const PublishedOffset&) = delete;

  SharedMicros& micros() const { return *micros_; }

 private:
  SharedMicros* micros_;
};

// Of a node beside it: `base`, which outlives it, and the offset that the file says.
class FollowedClock final : public Clock {
 public:
  // Throws std::runtime_error with a sentence for a file that is not a published offset.
  FollowedClock(const Clock& base, const std::filesystem::path& file);
  ~FollowedClock() override;
  FollowedClock(const FollowedClock&) = delete;
  FollowedClock& operator=(const FollowedClock&) = delete;

  Instant now() const override;

 private:
  const Clock& base_;
  const SharedMicros* micros_;
};

}  // namespace freehold::app
