// How often the queries ran on one thread, for metrics.
#pragma once

#include <atomic>
#include <chrono>
#include <vector>

#include "db/query.hpp"

namespace freehold::db::detail {

// Written by its thread only, read by any.
class Uses {
 public:
  struct Use {
    std::atomic<std::int64_t> runs = 0;
    std::atomic<std::int64_t> failures = 0;
    std::atomic<std::int64_t> micros = 0;
  };

  Uses() : uses_(last_index() + 1) {}
  const Use& of(const QueryInfo& query) const { return uses_.at(query.statement.index); }

 private:
  friend class Stopwatch;
  static std::size_t last_index();
  std::vector<Use> uses_;  // by Statement::index
};

// From its making to the end of the scope; a failure unless it is told otherwise.
class Stopwatch {
 public:
  Stopwatch(Uses& uses, const QueryInfo& query);
  ~Stopwatch();
  Stopwatch(const Stopwatch&) = delete;
  Stopwatch& operator=(const Stopwatch&) = delete;
  void succeed() { has_succeeded_ = true; }

 private:
  Uses::Use& use_;
  const std::chrono::steady_clock::time_point begin_;
  bool has_succeeded_ = false;
};

}  // namespace freehold::db::detail
