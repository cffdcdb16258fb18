// The threads: one io_context per core for everything that waits, and a small pool for work that
// burns CPU (password hashing). An io_context is only ever run by its own thread, so that state
// kept per thread needs no lock.
#pragma once

#include <functional>
#include <memory>

#include "core/task.hpp"

namespace freehold {

class Runtime {
 public:
  // `threads` io threads; `cpu_threads` for on_cpu.
  Runtime(unsigned threads, unsigned cpu_threads);
  ~Runtime();
  Runtime(const Runtime&) = delete;
  Runtime& operator=(const Runtime&) = delete;

  unsigned size() const;
  const Executor& executor(unsigned thread) const;

  // The index of the io thread that calls, 0 outside of them.
  static unsigned current();

  // Runs until stop(), or until every io_context is out of work after release().
  void run();
  // Lets run() return once nothing is left to do.
  void release();
  void stop();

  // Runs `work` on the CPU pool and comes back to the caller's thread. Throws Problem 503
  // `overloaded` when the queue is full (64 waiting), so that a flood of log-ins cannot take the
  // server's memory.
  Task<> on_cpu(std::function<void()> work);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace freehold
