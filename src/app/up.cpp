// `freehold up`: the whole product on one machine, without an account, an edit or a network. The
// parts are the real ones; only Stripe and the mail server are stand-ins.
#include <fmt/core.h>

#include <chrono>
#include <filesystem>
#include <fstream>

#include "app/commands.hpp"
#include "app/embedded.hpp"
#include "app/parts.hpp"
#include "app/prepare.hpp"
#include "app/running.hpp"
#include "core/async.hpp"
#include "core/log.hpp"
#include "simulator/host.hpp"

namespace freehold::app {
namespace {

namespace fs = std::filesystem;

const SystemClock system_clock;

// Prints what took how long, as it happens.
class Steps {
 public:
  void done(std::string_view what) {
    const auto now = std::chrono::steady_clock::now();
    fmt::print("  {:<34}{:>6} ms\n", what,
               std::chrono::duration_cast<std::chrono::milliseconds>(now - last_).count());
    std::fflush(stdout);
    last_ = now;
  }
  long total() const {
    return long(std::chrono::duration_cast<std::chrono::milliseconds>(last_ - first_).count());
  }

 private:
  std::chrono::steady_clock::time_point first_ = std::chrono::steady_clock::now();
  std::chrono::steady_clock::time_point last_ = first_;
};

// A secret that this installation drew once and keeps in its folder.
Secret kept_secret(const fs::path& path) {
  std::ifstream existing(path);
  if (existing) {
    std::string value{std::istreambuf_iterator<char>(existing), {}};
    return Secret{std::move(value)};
  }
  std::string value = to_base64(random_bytes(32));
  std::ofstream file(path);
  file << value;
  file.close();
  fs::permissions(path, fs::perms::owner_read | fs::perms::owner_write);
  return Secret{std::move(value)};
}

struct Addresses {
  explicit Addresses(int port)
      : product(fmt::format("http://localhost:{}", port)),
        staff(fmt::format("http://localhost:{}", port + 1)),
        simulator(fmt::format("http://localhost:{}", port + 2)),
        mailbox(fmt::format("http://localhost:{}/mailbox", port + 3)) {}
  std::string product;
  std::string staff;
  std::string simulator;
  std::string mailbox;
};

Settings settings_for(const UpOptions& options, const Folders& folders, const Addresses& at) {
  Settings settings = read_settings("", {}, false).settings;
  settings.public_listener.listen = fmt::format("127.0.0.1:{}", options.port);
  settings.staff_listener.listen = fmt::format("127.0.0.1:{}", options.port + 1);
  settings.development_listen = fmt::format("127.0.0.1:{}", options.port + 3);
  settings.base_url = at.product;
  settings.staff_base_url = at.staff;
  settings.master_key = kept_secret(folders.data / "master_key");
  // The sockets lie in a folder that only their user may enter: PostgreSQL trusts who gets there.
  settings.database.master_key = Secret{};
  settings.stripe_url = at.simulator;
  settings.stripe_key = Secret{"sk_test_sim_freehold"};
  settings.stripe_webhook_secrets = {
      Secret{"whsec_" + kept_secret(folders.data / "webhook_secret").reveal()}};
  settings.assets_folder = options.assets;
  settings.log_level = "warn";
  return settings;
}

simulator::Config simulator_config(const UpOptions& options, const Folders& folders,
                                   const Settings& settings, const Addresses& at) {
  simulator::Config config;
  config.listen = fmt::format("127.0.0.1:{}", options.port + 2);
  config.base_url = at.simulator;
  config.journal = folders.data / "simulator.journal";
  config.endpoint = simulator::KnownEndpoint{
      .url = fmt::format("http://127.0.0.1:{}/webhooks/stripe", options.port),
      .secret = settings.stripe_webhook_secrets.front().reveal()};
  return config;
}

void print_addresses(const Addresses& at, long milliseconds) {
  fmt::print(
      "\nReady after {:.1f} s. Ctrl-C stops everything.\n\n"
      "  Start here   {}/tour\n"
      "  Product      {}\n"
      "  Staff panel  {}\n"
      "  Stripe       {}   (simulator: test cards, clock)\n"
      "  Mailbox      {}\n\n",
      double(milliseconds) / 1000, at.product, at.product, at.staff, at.simulator, at.mailbox);
  std::fflush(stdout);
}

struct Everything {
  Everything(const UpOptions& options, const Folders& folders, EmbeddedPostgres& postgres,
             EmbeddedRedis& redis)
      : addresses(options.port), settings(settings_for(options, folders, addresses)) {
    settings.database.url = postgres.url();
    settings.admin_url = postgres.admin_url();
    settings.redis_url = redis.url();
  }
  Addresses addresses;
  Settings settings;
};

Task<> begin(Node& node, simulator::Host& host, Steps& steps, const Addresses& addresses) {
  co_await node.check();
  host.start();
  node.serve();
  steps.done("Server and simulator");
  Node::Parts& parts = node.parts();
  co_await billing::sync_plans(parts.database, parts.stripe, parts.catalog, false);
  steps.done("Plans in the simulator");
  node.work();
  steps.done("Worker");
  print_addresses(addresses, steps.total());
}

Task<> end(Node& node, simulator::Host& host) {
  co_await node.drain();
  co_await host.drain();
}

}  // namespace

int up(const UpOptions& options) {
  Steps steps;
  log::set_level(log::Level::warn);
  fmt::print("Freehold starts.\n");
  const Folders folders = make_folders(options.var);
  EmbeddedPostgres postgres(folders);
  steps.done("PostgreSQL");
  EmbeddedRedis redis(folders);
  steps.done("Redis");
  Everything all(options, folders, postgres, redis);
  const auto applied = prepare_database(all.settings);
  steps.done(fmt::format("Migrations ({} applied)", applied.size()));
  const Examined examined = examine_database(all.settings);
  steps.done("Isolation report");
  if (!examined.safe) {
    fmt::print(stderr, "The isolation report does not allow serving:\n\n{}\n", examined.report);
    return 1;
  }

  Runtime runtime(2, 2);
  simulator::SharedClock business(system_clock);
  Extras extras{.form_action = {all.addresses.simulator}, .start_page = true};
  Node node(runtime, all.settings, Clocks{business, system_clock}, extras);
  simulator::Host host({runtime, business, node.parts().egress, node.parts().views},
                       simulator_config(options, folders, all.settings, all.addresses));
  run_until_signal(
      runtime, [&] { return begin(node, host, steps, all.addresses); },
      [&] { return end(node, host); });
  redis.stop();
  postgres.stop();
  fmt::print("Everything is stopped.\n");
  return 0;
}

}  // namespace freehold::app
