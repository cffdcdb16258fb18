#include "db/detail/uses.hpp"

namespace freehold::db::detail {
namespace {

// One thread writes, so that adding needs no locked instruction.
void add(std::atomic<std::int64_t>& sum, std::int64_t value) {
  sum.store(sum.load(std::memory_order_relaxed) + value, std::memory_order_relaxed);
}

}  // namespace

std::size_t Uses::last_index() {
  std::size_t last = 0;
  for (const QueryInfo* query : all_queries()) last = std::max(last, query->statement.index);
  return last;
}

Stopwatch::Stopwatch(Uses& uses, const QueryInfo& query)
    : use_(uses.uses_.at(query.statement.index)), begin_(std::chrono::steady_clock::now()) {}

Stopwatch::~Stopwatch() {
  using std::chrono::microseconds;
  const auto took = std::chrono::steady_clock::now() - begin_;
  add(use_.runs, 1);
  add(use_.failures, has_succeeded_ ? 0 : 1);
  add(use_.micros, std::chrono::duration_cast<microseconds>(took).count());
}

}  // namespace freehold::db::detail
