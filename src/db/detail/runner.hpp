// How a transaction object has its statements run: on a shared pipeline, or on a connection of its
// own (runner.cpp).
#pragma once

#include <functional>
#include <optional>

#include "core/actor.hpp"
#include "core/task.hpp"
#include "core/time.hpp"
#include "db/detail/params.hpp"
#include "db/detail/result.hpp"
#include "db/detail/uses.hpp"

namespace freehold::db::detail {

class Runner {
 public:
  Runner(Uses& uses, Instant now, std::optional<Actor> actor)
      : uses(uses), now(now), actor(std::move(actor)) {}
  virtual ~Runner() = default;
  Runner(const Runner&) = delete;
  Runner& operator=(const Runner&) = delete;

  virtual Task<Result> run(const QueryInfo& query, Params params) = 0;

  Uses& uses;  // of this thread
  const Instant now;
  const std::optional<Actor> actor;  // whose tenant is entered; none: global rows
};

class WriteRunner : public Runner {
 public:
  using Runner::Runner;
  virtual Task<> commit() = 0;
  virtual void after_commit(std::function<void()> hint) = 0;
};

}  // namespace freehold::db::detail
