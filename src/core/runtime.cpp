#include "core/runtime.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>
#include <thread>

#include "core/async.hpp"
#include "core/problem.hpp"

namespace freehold {
namespace {

constexpr int cpu_queue_limit = 64;
thread_local unsigned current_thread = 0;

using Guard = asio::executor_work_guard<asio::io_context::executor_type>;

struct IoThread {
  asio::io_context io{1};
  Executor executor{io.get_executor()};
  std::optional<Guard> guard{io.get_executor()};
};

}  // namespace

struct Runtime::State {
  State(unsigned threads, unsigned cpu_threads) : cpu(cpu_threads) {
    for (unsigned i = 0; i < threads; ++i) io.push_back(std::make_unique<IoThread>());
  }

  std::vector<std::unique_ptr<IoThread>> io;
  asio::thread_pool cpu;
  std::atomic<int> cpu_waiting = 0;
};

Runtime::Runtime(unsigned threads, unsigned cpu_threads)
    : state_(std::make_unique<State>(std::max(threads, 1U), std::max(cpu_threads, 1U))) {}

Runtime::~Runtime() {
  state_->cpu.join();
}

unsigned Runtime::size() const {
  return unsigned(state_->io.size());
}

const Executor& Runtime::executor(unsigned thread) const {
  return state_->io.at(thread)->executor;
}

unsigned Runtime::current() {
  return current_thread;
}

void Runtime::run() {
  std::vector<std::jthread> others;
  for (unsigned i = 1; i < size(); ++i) {
    others.emplace_back([this, i] {
      current_thread = i;
      state_->io[i]->io.run();
    });
  }
  state_->io[0]->io.run();
}

void Runtime::release() {
  for (auto& thread : state_->io) {
    asio::post(thread->io, [&thread] { thread->guard.reset(); });
  }
}

void Runtime::stop() {
  for (auto& thread : state_->io) thread->io.stop();
}

Task<> Runtime::on_cpu(std::function<void()> work) {
  if (state_->cpu_waiting.fetch_add(1) >= cpu_queue_limit) {
    state_->cpu_waiting.fetch_sub(1);
    throw Problem::unavailable("overloaded", "The server is busy. Try again in a few seconds.");
  }
  const auto executor = co_await asio::this_coro::executor;
  auto failure = std::make_shared<std::exception_ptr>();
  const auto waiting = &state_->cpu_waiting;
  const auto start = [&](auto handler) {
    auto guard = asio::make_work_guard(executor);
    asio::post(state_->cpu, [=, work = std::move(work), guard = std::move(guard),
                             handler = std::move(handler)]() mutable {
      try {
        work();
      } catch (...) {
        *failure = std::current_exception();
      }
      waiting->fetch_sub(1);
      asio::post(executor, std::move(handler));
    });
  };
  co_await asio::async_initiate<const asio::use_awaitable_t<Executor>, void()>(start, use_task);
  if (*failure) std::rethrow_exception(*failure);
}

}  // namespace freehold
