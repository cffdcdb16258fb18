// Wakes what waits for it, on every io thread at once.
#pragma once

#include <chrono>
#include <memory>

#include "core/runtime.hpp"
#include "core/task.hpp"

namespace freehold {

class Bell {
 public:
  explicit Bell(Runtime& runtime);

  // From any thread.
  void ring();
  // On an io thread: until the bell rings, and not longer than this. Who has looked just before,
  // without awaiting anything in between, misses no ring.
  Task<> wait(std::chrono::steady_clock::duration longest);

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace freehold
