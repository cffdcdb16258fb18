// What a .cpp needs to define and await a Task: the executor, the tokens and deadlines.
#pragma once

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>

#include "core/task.hpp"

namespace freehold {

namespace asio = boost::asio;

struct Executor : asio::io_context::executor_type {
  using asio::io_context::executor_type::executor_type;
  Executor(const asio::io_context::executor_type& other) noexcept
      : asio::io_context::executor_type(other) {}
};

inline constexpr asio::use_awaitable_t<Executor> use_task{};
inline constexpr asio::as_tuple_t<asio::use_awaitable_t<Executor>> use_tuple{};

using Timer = asio::basic_waitable_timer<std::chrono::steady_clock,
                                         asio::wait_traits<std::chrono::steady_clock>, Executor>;

// Waits on the machine clock. Returns early, without an error, when the task is cancelled.
Task<> sleep_for(std::chrono::steady_clock::duration duration);

}  // namespace freehold
