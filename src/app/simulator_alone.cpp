// `freehold simulator`: the Stripe simulator by itself, for any product in any language.
#include <fmt/core.h>

#include <cstdio>

#include "app/commands.hpp"
#include "app/running.hpp"
#include "core/async.hpp"
#include "core/embedded.hpp"
#include "core/log.hpp"
#include "simulator/host.hpp"

namespace freehold::app {
namespace {

const SystemClock system_clock;

simulator::FinalAction final_action_of(const std::string& word) {
  if (word == "unpaid") return simulator::FinalAction::unpaid;
  if (word == "past_due") return simulator::FinalAction::past_due;
  if (word == "pause") return simulator::FinalAction::pause;
  return simulator::FinalAction::cancel;
}

simulator::Config config_of(const SimulatorOptions& options) {
  simulator::Config config;
  config.listen = fmt::format("127.0.0.1:{}", options.port);
  config.journal = options.journal;
  config.seed = options.seed;
  config.final_action = final_action_of(options.final_action);
  config.upcoming_days = 7;
  if (!options.forward_to.empty())
    config.endpoint = simulator::KnownEndpoint{options.forward_to, options.webhook_secret};
  return config;
}

void print_start(const SimulatorOptions& options, int port) {
  fmt::print(
      "\nThis is a simulator. It is not Stripe: no card is charged and no money moves.\n\n"
      "  Address         http://127.0.0.1:{0}   the API, the pages, the dashboard\n"
      "  Secret key      sk_test_sim_local   or any other that begins with sk_test_sim_\n",
      port);
  if (options.forward_to.empty())
    fmt::print("  Webhooks        none   name an endpoint with --forward-to URL, or create one\n");
  else
    fmt::print("  Webhooks        {}\n  Webhook secret  {}\n", options.forward_to,
               options.webhook_secret);
  if (options.journal.empty())
    fmt::print("  Kept            in memory   --journal FILE keeps it\n");
  else
    fmt::print("  Kept            {}\n", options.journal);
  fmt::print("\nCtrl-C stops it.\n");
  std::fflush(stdout);
}

Task<> begin(simulator::Host& host, const SimulatorOptions& options) {
  host.start();
  print_start(options, host.port());
  co_return;
}

Task<> end(simulator::Host& host) {
  co_await host.drain();
}

}  // namespace

int run_simulator(const SimulatorOptions& options) {
  log::set_level(log::Level::warn);
  const html::Views views(
      {.templates = embedded::templates(), .assets = embedded::assets(), .directory = {}},
      html::Missing::error);
  Runtime runtime(2, 1);
  simulator::SharedClock clock(system_clock);
  egress::Client egress(runtime, {});
  simulator::Host host({.runtime = runtime, .clock = clock, .egress = egress, .views = views},
                       config_of(options));
  run_until_signal(runtime, [&] { return begin(host, options); }, [&] { return end(host); });
  return 0;
}

}  // namespace freehold::app
