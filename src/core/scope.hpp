// Owns the tasks it starts: cancels them, and waits for them. Nothing else starts a task, so no
// task outlives what it works on.
#pragma once

#include <chrono>
#include <memory>
#include <string_view>

#include "core/task.hpp"

namespace freehold {

class Scope {
 public:
  // Tasks run on this executor (one thread); spawn and stop are called on it, from elsewhere by way
  // of run_on: Asio 1.81 hands a cancellation to another thread by a pointer that may dangle.
  explicit Scope(const Executor& executor);
  ~Scope();  // the tasks must have ended: await stop() before, or let the io_context finish
  Scope(const Scope&) = delete;
  Scope& operator=(const Scope&) = delete;

  // Starts `task` and returns at once. An exception that leaves it is logged under `name`.
  void spawn(std::string_view name, Task<> task);

  // Asks every task to end (asio's terminal cancellation) and waits until they have.
  Task<> stop();
  // Waits until every task has ended by itself.
  Task<> join();

  std::size_t size() const;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

// Runs `task` on another thread's executor, sees it through to its end, and comes back.
Task<> run_on(const Executor& executor, Task<> task);

// Runs `task`; true when it ended by itself, false when the deadline came first (it has then been
// cancelled and has ended). What it throws is thrown.
Task<bool> finish_within(std::chrono::steady_clock::duration deadline, Task<> task);

}  // namespace freehold
