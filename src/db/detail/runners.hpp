// The two ways to run a transaction's statements.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "db/detail/pool.hpp"
#include "db/detail/runner.hpp"

namespace freehold::db::detail {

// Waits for a tenant that is being moved.
class MoveWait {
 public:
  Task<bool> wait();

 private:
  std::chrono::steady_clock::time_point until_;
  std::chrono::milliseconds look_{10};
};

// Each statement is a flight by itself, on whichever connection is least busy.
class SharedRunner final : public Runner {
 public:
  SharedRunner(Uses& uses, Pool& pool, Opening opening, Instant now, std::optional<Actor> actor)
      : Runner(uses, now, std::move(actor)), pool_(pool), opening_(opening) {}
  Task<Result> run(const QueryInfo& query, Params params) override;

 private:
  static bool may_be_repeated(const Flight& flight);

  Pool& pool_;
  const Opening opening_;
};

// A transaction on a connection of its own, which it takes with its first statement.
class TxRunner final : public WriteRunner {
 public:
  TxRunner(Uses& uses, Pool& pool, Opening opening, Instant now, std::optional<Actor> actor)
      : WriteRunner(uses, now, std::move(actor)), pool_(pool), opening_(opening) {}
  Task<Result> run(const QueryInfo& query, Params params) override;
  Task<> commit() override;
  void after_commit(std::function<void()> hint) override { hints_.push_back(std::move(hint)); }

 private:
  enum class State { open, spoiled, ended };

  void check_usable(std::string_view query) const;
  Task<> send(FlightPtr flight);
  void run_hints();

  Pool& pool_;
  const Opening opening_;
  State state_ = State::open;
  std::string reason_;  // what spoiled it
  Lease lease_;
  std::vector<std::function<void()>> hints_;
};

}  // namespace freehold::db::detail
