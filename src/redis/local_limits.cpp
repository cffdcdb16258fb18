#include "redis/local_limits.hpp"

#include <set>

namespace freehold::redis {

LocalLimits::LocalLimits(std::size_t capacity)
    : shard_capacity_(std::max<std::size_t>(capacity / shards_.size(), 1)) {}

gcra::Outcome LocalLimits::take(std::span<const std::string> keys,
                                const std::vector<gcra::Rate>& rates, std::int64_t now) {
  const auto locks = lock(keys);
  std::vector<std::int64_t> tats;
  for (const auto& key : keys) {
    const auto& known = shards_[shard_of(key)].tats;
    const auto found = known.find(key);
    tats.push_back(found == known.end() ? 0 : found->second);
  }
  auto outcome = gcra::decide(now, std::move(tats), rates);
  if (outcome.allowed) {
    for (std::size_t i = 0; i < keys.size(); ++i) store(keys[i], outcome.tats[i], now);
  }
  return outcome;
}

std::size_t LocalLimits::size() const {
  std::size_t size = 0;
  for (const auto& shard : shards_) {
    const std::lock_guard guard(shard.mutex);
    size += shard.tats.size();
  }
  return size;
}

std::size_t LocalLimits::shard_of(const std::string& key) const {
  return std::hash<std::string>()(key) % shards_.size();
}

// In the order of the shards, so that two callers never wait for each other.
std::vector<std::unique_lock<std::mutex>> LocalLimits::lock(
    std::span<const std::string> keys) const {
  std::set<std::size_t> wanted;
  for (const auto& key : keys) wanted.insert(shard_of(key));
  std::vector<std::unique_lock<std::mutex>> locks;
  for (const auto shard : wanted) locks.emplace_back(shards_[shard].mutex);
  return locks;
}

void LocalLimits::store(const std::string& key, std::int64_t tat, std::int64_t now) {
  auto& tats = shards_[shard_of(key)].tats;
  if (tats.size() >= shard_capacity_ && !tats.contains(key)) {
    std::erase_if(tats, [now](const auto& bucket) { return bucket.second <= now; });
    if (tats.size() >= shard_capacity_) {
      const auto sooner = [](const auto& a, const auto& b) { return a.second < b.second; };
      tats.erase(std::ranges::min_element(tats, sooner));
    }
  }
  tats[key] = tat;
}

}  // namespace freehold::redis
