// The simulator alone, for tests in other languages:
//   simulator_main [--listen 127.0.0.1:0] [--journal FILE] [--seed N] [--final-action cancel]
// Prints "listening on PORT" once it serves, ends on SIGTERM and SIGINT.
#include <fmt/format.h>

#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <charconv>
#include <csignal>
#include <cstdio>
#include <exception>
#include <span>
#include <string_view>

#include "core/async.hpp"
#include "core/embedded.hpp"
#include "core/scope.hpp"
#include "simulator/host.hpp"

namespace freehold::simulator {
namespace {

FinalAction final_action_of(std::string_view word) {
  if (word == "cancel") return FinalAction::cancel;
  if (word == "unpaid") return FinalAction::unpaid;
  if (word == "past_due") return FinalAction::past_due;
  throw std::runtime_error(fmt::format("no final action {}", word));
}

Config read_config(std::span<char*> arguments) {
  Config config{.listen = "127.0.0.1:0"};
  for (std::size_t i = 1; i + 1 < arguments.size(); i += 2) {
    const std::string_view name = arguments[i];
    const std::string_view value = arguments[i + 1];
    if (name == "--listen")
      config.listen = value;
    else if (name == "--journal")
      config.journal = value;
    else if (name == "--seed")
      std::from_chars(value.data(), value.data() + value.size(), config.seed);
    else if (name == "--final-action")
      config.final_action = final_action_of(value);
    else
      throw std::runtime_error(fmt::format("no option {}", name));
  }
  return config;
}

Task<> end_on_signal(Runtime& runtime, Host& host) {
  asio::basic_signal_set<Executor> signals(runtime.executor(0), SIGTERM, SIGINT);
  co_await signals.async_wait(use_tuple);
  co_await host.drain();
  runtime.release();
}

int run(std::span<char*> arguments) {
  const html::Views views(
      {.templates = embedded::templates(), .assets = embedded::assets(), .directory = {}},
      html::Missing::error);
  Runtime runtime(2, 1);
  const SystemClock machine;
  SharedClock clock(machine);
  egress::Client egress(runtime, {});
  Host host({.runtime = runtime, .clock = clock, .egress = egress, .views = views},
            read_config(arguments));
  host.start();
  fmt::print("listening on {}\n", host.port());
  std::fflush(stdout);
  Scope scope(runtime.executor(0));
  asio::post(runtime.executor(0), [&] { scope.spawn("signals", end_on_signal(runtime, host)); });
  runtime.run();
  return 0;
}

}  // namespace
}  // namespace freehold::simulator

int main(int argc, char** argv) {
  try {
    return freehold::simulator::run({argv, static_cast<std::size_t>(argc)});
  } catch (const std::exception& error) {
    fmt::print(stderr, "{}\n", error.what());
    return 1;
  }
}
