// Buckets in the memory of this process, for while Redis is away. Bounded: a bucket that is full
// again is forgotten, and when there are too many, the one that is full again soonest.
#pragma once

#include <array>
#include <cstdint>
#include <mutex>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "redis/gcra.hpp"

namespace freehold::redis {

// From any thread.
class LocalLimits {
 public:
  explicit LocalLimits(std::size_t capacity);

  // Decides as the script does, over the buckets of these names.
  gcra::Outcome take(std::span<const std::string> keys, const std::vector<gcra::Rate>& rates,
                     std::int64_t now);

  std::size_t size() const;

 private:
  struct Shard {
    mutable std::mutex mutex;
    std::unordered_map<std::string, std::int64_t> tats;
  };

  std::size_t shard_of(const std::string& key) const;
  std::vector<std::unique_lock<std::mutex>> lock(std::span<const std::string> keys) const;
  void store(const std::string& key, std::int64_t tat, std::int64_t now);

  std::array<Shard, 16> shards_;
  std::size_t shard_capacity_;
};

}  // namespace freehold::redis
