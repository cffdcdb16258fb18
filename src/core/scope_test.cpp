#include "core/scope.hpp"

#include <doctest/doctest.h>

#include <boost/asio/post.hpp>

#include "core/async.hpp"
#include "core/problem.hpp"
#include "core/runtime.hpp"

using namespace freehold;

namespace {

Task<> wait_for_ever(int& ended) {
  co_await sleep_for(std::chrono::hours(1));
  ++ended;
}

Task<> fail() {
  co_await sleep_for(std::chrono::milliseconds(0));
  throw Problem::not_found("thing");
}

Task<> drive(Scope& scope, Runtime& runtime, bool& done) {
  co_await scope.stop();
  done = true;
  runtime.release();
}

Task<> hash(Runtime& runtime, unsigned& thread, bool& refused) {
  int sum = 0;
  co_await runtime.on_cpu([&sum] { sum = 42; });
  CHECK(sum == 42);
  thread = Runtime::current();
  try {
    co_await runtime.on_cpu([] { throw Problem::not_found("thing"); });
  } catch (const Problem&) {
    refused = true;
  }
  runtime.release();
}

Task<> note_thread(unsigned& thread) {
  co_await sleep_for(std::chrono::milliseconds(0));
  thread = Runtime::current();
}

Task<> visit(Runtime& runtime, unsigned& there, unsigned& back) {
  co_await run_on(runtime.executor(1), note_thread(there));
  back = Runtime::current();
  runtime.release();
}

// Tasks begin and end on the other thread while this one asks for their end.
Task<> stop_elsewhere(Runtime& runtime, Scope& scope, int& ended) {
  for (int round = 0; round < 200; ++round) {
    asio::post(runtime.executor(1), [&scope, &ended] {
      for (int i = 0; i < 5; ++i) scope.spawn("waiter", wait_for_ever(ended));
      for (int i = 0; i < 5; ++i) scope.spawn("short", sleep_for({}));
    });
    co_await run_on(runtime.executor(1), scope.stop());
  }
  runtime.release();
}

Task<> race(Runtime& runtime, std::string& outcome) {
  int ended = 0;
  outcome += co_await finish_within(std::chrono::milliseconds(1), wait_for_ever(ended)) ? "done "
                                                                                        : "late ";
  outcome += co_await finish_within(std::chrono::hours(1), sleep_for({})) ? "done " : "late ";
  try {
    co_await finish_within(std::chrono::hours(1), fail());
  } catch (const Problem& problem) {
    outcome += problem.code;
  }
  runtime.release();
}

}  // namespace

TEST_CASE("a deadline cancels what is late and lets through what is thrown") {
  Runtime runtime(1, 1);
  Scope scope(runtime.executor(0));
  std::string outcome;
  scope.spawn("race", race(runtime, outcome));
  runtime.run();
  CHECK(outcome == "late done not_found");
}

TEST_CASE("a scope cancels its tasks and waits for them; one that fails ends alone") {
  Runtime runtime(1, 1);
  Scope scope(runtime.executor(0));
  Scope driver(runtime.executor(0));
  int ended = 0;
  bool done = false;
  for (int i = 0; i < 3; ++i) scope.spawn("waiter", wait_for_ever(ended));
  scope.spawn("failing", fail());
  CHECK(scope.size() == 4);
  driver.spawn("driver", drive(scope, runtime, done));
  runtime.run();
  CHECK(done);
  CHECK(scope.size() == 0);
}

TEST_CASE("a task that runs on another thread comes back to its own") {
  Runtime runtime(2, 1);
  Scope scope(runtime.executor(0));
  unsigned there = 9;
  unsigned back = 9;
  scope.spawn("visit", visit(runtime, there, back));
  runtime.run();
  CHECK(there == 1);
  CHECK(back == 0);
}

TEST_CASE("a scope of another thread is stopped while its tasks come and go") {
  Runtime runtime(2, 1);
  Scope scope(runtime.executor(1));
  Scope driver(runtime.executor(0));
  int ended = 0;
  driver.spawn("driver", stop_elsewhere(runtime, scope, ended));
  runtime.run();
  CHECK(scope.size() == 0);
  CHECK(ended == 1000);
}

TEST_CASE("work on the CPU pool returns to the thread that asked, with its error") {
  Runtime runtime(2, 1);
  Scope scope(runtime.executor(1));
  unsigned thread = 9;
  bool refused = false;
  scope.spawn("hash", hash(runtime, thread, refused));
  runtime.run();
  CHECK(thread == 1);
  CHECK(refused);
}
