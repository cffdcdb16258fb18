#include "db/detail/budget.hpp"

#include <stdexcept>

namespace freehold::db::detail {
namespace {

constexpr bool shared = false;
constexpr bool own = true;

constexpr std::array<Share, 11> per_thread{{
    {Role::app, shared, 4},
    {Role::app, own, 2},
    {Role::control, shared, 2},
    {Role::control, own, 3},
    {Role::auth, shared, 2},
    {Role::auth, own, 1},
    {Role::staff, shared, 1},
    {Role::staff, own, 1},
    {Role::worker, shared, 1},
    {Role::worker, own, 2},
    {Role::mover, own, 1},
}};

bool is_full(const Share& share, unsigned threads) {
  return !share.is_exclusive && share.connections >= share.weight * int(threads);
}

// Whether `a` has less of what it should have than `b`.
bool is_poorer(const Share& a, const Share& b) {
  return a.connections * b.weight < b.connections * a.weight;
}

Share& poorest(std::vector<Share>& shares, unsigned threads) {
  Share* best = nullptr;
  for (Share& share : shares) {
    if (is_full(share, threads)) continue;
    if (best == nullptr || is_poorer(share, *best)) best = &share;
  }
  return *best;  // the exclusive ones are never full
}

}  // namespace

std::vector<Share> divide(int budget, unsigned threads) {
  std::vector<Share> shares(per_thread.begin(), per_thread.end());
  if (budget < int(shares.size())) {
    throw std::invalid_argument(
        fmt::format("database.budget is {}: one connection for each pool is the least, {} together",
                    budget, shares.size()));
  }
  for (Share& share : shares) share.connections = 1;
  for (int left = budget - int(shares.size()); left > 0; --left) {
    ++poorest(shares, threads).connections;
  }
  return shares;
}

int connections_on(unsigned thread, unsigned threads, int connections, std::size_t n) {
  const unsigned place = (thread + threads - unsigned(n % threads)) % threads;
  return connections / int(threads) + (place < unsigned(connections) % threads ? 1 : 0);
}

}  // namespace freehold::db::detail
