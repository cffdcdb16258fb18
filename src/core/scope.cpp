#include "core/scope.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/experimental/parallel_group.hpp>
#include <list>

#include "core/async.hpp"
#include "core/both.hpp"
#include "core/log.hpp"

namespace freehold {

struct Scope::State {
  explicit State(const Executor& executor) : executor(executor), idle(executor) {}

  Executor executor;
  Timer idle;  // cancelled when the last task ends: wakes join()
  std::list<asio::cancellation_signal> signals;
};

namespace {

void report(std::string_view name, const std::exception_ptr& error) {
  if (!error) return;
  try {
    std::rethrow_exception(error);
  } catch (const boost::system::system_error& failure) {
    if (failure.code() == asio::error::operation_aborted) return;
    log::error("task.failed", {{"task", name}, {"reason", failure.what()}});
  } catch (const std::exception& failure) {
    log::error("task.failed", {{"task", name}, {"reason", failure.what()}});
  }
}

}  // namespace

Scope::Scope(const Executor& executor) : state_(std::make_shared<State>(executor)) {}

Scope::~Scope() = default;

void Scope::spawn(std::string_view name, Task<> task) {
  const auto state = state_;
  const auto signal = state->signals.emplace(state->signals.end());
  asio::co_spawn(
      state->executor, std::move(task),
      asio::bind_cancellation_slot(
          signal->slot(), [state, signal, name = std::string(name)](std::exception_ptr error) {
            state->signals.erase(signal);
            report(name, error);
            if (state->signals.empty()) state->idle.cancel();
          }));
}

Task<> Scope::stop() {
  const auto state = state_;
  for (auto at = state->signals.begin(); at != state->signals.end();) {
    // Emitting may end the task at once, which erases its signal.
    const auto signal = at++;
    signal->emit(asio::cancellation_type::terminal);
  }
  co_await join();
}

Task<> Scope::join() {
  const auto state = state_;
  while (!state->signals.empty()) {
    state->idle.expires_at(std::chrono::steady_clock::time_point::max());
    co_await state->idle.async_wait(use_tuple);
  }
}

std::size_t Scope::size() const {
  return state_->signals.size();
}

Task<> sleep_for(std::chrono::steady_clock::duration duration) {
  const auto executor = co_await asio::this_coro::executor;
  Timer timer{executor};
  timer.expires_after(duration);
  co_await timer.async_wait(use_tuple);
}

Task<> run_on(const Executor& executor, Task<> task) {
  co_await asio::co_spawn(executor, std::move(task),
                          asio::bind_cancellation_slot(asio::cancellation_slot(), use_task));
}

Task<bool> finish_within(std::chrono::steady_clock::duration deadline, Task<> task) {
  const auto executor = co_await asio::this_coro::executor;
  Timer timer{executor, deadline};
  // Not awaitable_operators' ||: it waits for a success, so a task that throws would sit out the
  // timer.
  auto both = asio::experimental::make_parallel_group(
      asio::co_spawn(executor, std::move(task), asio::deferred), timer.async_wait(asio::deferred));
  const auto [order, error, timer_error] =
      co_await both.async_wait(asio::experimental::wait_for_one(), use_task);
  if (order[0] == 1 && !timer_error) co_return false;
  if (error) std::rethrow_exception(error);
  co_return true;
}

Task<> run_both(Task<> first, Task<> second) {
  const auto executor = co_await asio::this_coro::executor;
  auto both = asio::experimental::make_parallel_group(
      asio::co_spawn(executor, std::move(first), asio::deferred),
      asio::co_spawn(executor, std::move(second), asio::deferred));
  const auto [order, first_error, second_error] =
      co_await both.async_wait(asio::experimental::wait_for_all(), use_task);
  const bool in_order = order[0] == 0;
  const std::exception_ptr& earlier = in_order ? first_error : second_error;
  const std::exception_ptr& later = in_order ? second_error : first_error;
  if (earlier) std::rethrow_exception(earlier);
  if (later) std::rethrow_exception(later);
}

}  // namespace freehold
