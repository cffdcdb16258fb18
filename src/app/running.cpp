#include "app/running.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <csignal>
#include <cstdlib>

#include "core/async.hpp"
#include "core/log.hpp"
#include "core/scope.hpp"

namespace freehold::app {
namespace {

using Signals = asio::basic_signal_set<Executor>;

Task<> live(Runtime& runtime, std::function<Task<>()> begin, std::function<Task<>()> end,
            std::exception_ptr& failure) {
  const auto executor = co_await asio::this_coro::executor;
  Signals signals(executor, SIGINT, SIGTERM);
  try {
    co_await begin();
  } catch (...) {
    failure = std::current_exception();
  }
  if (!failure) {
    co_await signals.async_wait(use_tuple);
    log::info("stopping");
    signals.clear();
    std::signal(SIGINT, [](int) { std::_Exit(130); });
    std::signal(SIGTERM, [](int) { std::_Exit(143); });
    co_await end();
  }
  runtime.stop();
}

}  // namespace

void run_until_signal(Runtime& runtime, std::function<Task<>()> begin,
                      std::function<Task<>()> end) {
  std::signal(SIGPIPE, SIG_IGN);
  Scope scope(runtime.executor(0));
  std::exception_ptr failure;
  asio::post(runtime.executor(0), [&] {
    scope.spawn("main", live(runtime, std::move(begin), std::move(end), failure));
  });
  runtime.run();
  if (failure) std::rethrow_exception(failure);
}

}  // namespace freehold::app
