#include "core/bell.hpp"

#include <doctest/doctest.h>

#include <atomic>

#include "core/async.hpp"
#include "core/scope.hpp"

using namespace freehold;

namespace {

using Clock = std::chrono::steady_clock;

Task<> count_rings(Bell& bell, std::atomic<int>& woken) {
  co_await bell.wait(std::chrono::seconds(30));
  ++woken;
}

}  // namespace

TEST_CASE("a bell wakes everybody who waits, whatever the thread, and nobody who comes later") {
  Runtime runtime(2, 1);
  Bell bell(runtime);
  Scope here(runtime.executor(0));
  Scope there(runtime.executor(1));
  std::atomic<int> woken = 0;
  for (int i = 0; i < 3; ++i) {
    here.spawn("waiter", count_rings(bell, woken));
    there.spawn("waiter", count_rings(bell, woken));
  }
  Timer later(runtime.executor(0), std::chrono::milliseconds(20));
  later.async_wait([&](auto) { bell.ring(); });
  runtime.release();
  const auto began = Clock::now();
  runtime.run();
  CHECK(woken == 6);
  CHECK(Clock::now() - began < std::chrono::seconds(10));
}

TEST_CASE("a bell that does not ring lets go when the time is up") {
  Runtime runtime(1, 1);
  Bell bell(runtime);
  const auto began = Clock::now();
  Scope scope(runtime.executor(0));
  scope.spawn("waiter", bell.wait(std::chrono::milliseconds(30)));
  runtime.release();
  runtime.run();
  CHECK(Clock::now() - began >= std::chrono::milliseconds(30));
}
