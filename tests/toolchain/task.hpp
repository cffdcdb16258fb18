// The least coroutine type that behaves as ours does: lazy, awaited once, resumed by a loop, so
// that every frame below a hop() is really suspended. It stands on <coroutine> alone, which leaves
// nothing but the compiler to blame when a form of coroutines_test.cpp goes wrong.
#pragma once

#include <coroutine>
#include <deque>
#include <exception>
#include <optional>
#include <utility>

namespace toolchain {

// The coroutines that wait to go on, oldest first.
inline std::deque<std::coroutine_handle<>> waiting;

// Suspends the coroutine and everything that awaits it until the loop comes round.
struct Hop {
  bool await_ready() const noexcept { return false; }
  void await_suspend(std::coroutine_handle<> waiter) const { waiting.push_back(waiter); }
  void await_resume() const noexcept {}
};
inline Hop hop() {
  return {};
}

template <class T>
class Task {
 public:
  struct promise_type;
  using Handle = std::coroutine_handle<promise_type>;

  explicit Task(Handle handle) : handle_(handle) {}
  Task(Task&& other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {}
  Task(const Task&) = delete;
  Task& operator=(const Task&) = delete;
  ~Task() {
    if (handle_) handle_.destroy();
  }

  bool await_ready() const noexcept { return false; }
  Handle await_suspend(std::coroutine_handle<> awaiter) noexcept {
    handle_.promise().awaiter = awaiter;
    return handle_;
  }
  T await_resume() {
    if (handle_.promise().failure) std::rethrow_exception(handle_.promise().failure);
    return std::move(*handle_.promise().result);
  }

  // Starts the coroutine, runs the loop until nothing waits, and returns the result.
  T run() {
    handle_.resume();
    while (!waiting.empty()) {
      const auto next = waiting.front();
      waiting.pop_front();
      next.resume();
    }
    return await_resume();
  }

 private:
  Handle handle_;
};

// Hands over to the coroutine that awaits this one, without growing the stack.
struct ToAwaiter {
  bool await_ready() const noexcept { return false; }
  template <class Promise>
  std::coroutine_handle<> await_suspend(std::coroutine_handle<Promise> done) const noexcept {
    const auto awaiter = done.promise().awaiter;
    return awaiter ? awaiter : std::noop_coroutine();
  }
  void await_resume() const noexcept {}
};

template <class T>
struct Task<T>::promise_type {
  std::coroutine_handle<> awaiter;
  std::exception_ptr failure;
  std::optional<T> result;

  Task get_return_object() { return Task(Handle::from_promise(*this)); }
  std::suspend_always initial_suspend() const noexcept { return {}; }
  ToAwaiter final_suspend() const noexcept { return {}; }
  void return_value(T value) { result = std::move(value); }
  void unhandled_exception() { failure = std::current_exception(); }
};

}  // namespace toolchain
