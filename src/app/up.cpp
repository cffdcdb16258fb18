// `freehold up`: the whole product on one machine, without an account, an edit or a network. The
// parts are the real ones; only Stripe and the mail server are stand-ins.
#include <fmt/core.h>

#include <chrono>
#include <filesystem>
#include <fstream>

#include "app/alone.hpp"
#include "app/clock_file.hpp"
#include "app/commands.hpp"
#include "app/demo.hpp"
#include "app/embedded.hpp"
#include "app/parts.hpp"
#include "app/prepare.hpp"
#include "app/running.hpp"
#include "app/templates.hpp"
#include "app/tour.hpp"
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

// Nobody but its owner can read it, from its first byte on.
void write_private(const fs::path& path, std::string_view text) {
  std::ofstream file(path);
  fs::permissions(path, fs::perms::owner_read | fs::perms::owner_write);
  file << text;
}

// A secret that this installation drew once and keeps in its folder.
Secret kept_secret(const fs::path& path, std::string_view prefix = "") {
  std::ifstream existing(path);
  if (existing) {
    std::string value{std::istreambuf_iterator<char>(existing), {}};
    return Secret{std::move(value)};
  }
  std::string value = std::string(prefix) + to_base64(random_bytes(32));
  write_private(path, value);
  return Secret{std::move(value)};
}

// Once the demo is played, or left out, this file is there. Before, nothing in the folder is
// anybody's.
fs::path beginning_of(const Folders& folders) {
  return folders.data / "begun";
}

// For the clocks of other nodes; see clock_file.hpp.
fs::path clock_file_of(const Folders& folders) {
  return folders.data / "clock";
}

bool is_new(const Folders& folders) {
  return !fs::exists(beginning_of(folders));
}

void keep_beginning(const Folders& folders) {
  std::ofstream(beginning_of(folders)) << "The demo workspaces have been made.\n";
}

fs::path product_key_of(const Folders& folders) {
  return folders.data / "product_key";
}

fs::path product_environment_of(const Folders& folders) {
  return folders.data / "product.env";
}

// A start that was killed in the middle of the demo left half of it behind.
void forget_half_a_story(const Folders& folders) {
  fs::remove_all(folders.data / "postgres");
  fs::remove(product_key_of(folders));
  fs::remove(folders.data / "simulator.journal");
}

void print_demo() {
  fmt::print("Demo log-ins, with the password {}\n\n", demo_password);
  for (const DemoPerson& person : demo_people)
    fmt::print("  {:<30}{} of {}\n", person.email, person.role, person.workspace);
  fmt::print("\nThe tour logs in with one click, to the staff panel too.\n\n");
}

struct Addresses {
  explicit Addresses(int port)
      : product(fmt::format("http://localhost:{}", port)),
        staff(fmt::format("http://localhost:{}", port + 1)),
        simulator(fmt::format("http://localhost:{}", port + 2)) {}
  std::string product;
  std::string staff;
  std::string simulator;
};

// What a file says of the gateway; everything else in it is for `freehold serve`.
gateway::Config gateway_in(const std::string& path) {
  if (path.empty()) return {};
  std::ifstream file(path);
  if (!file) throw std::runtime_error(fmt::format("{} cannot be read", path));
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  const ReadSettings read = read_settings(text, {}, false);
  if (!read.mistakes.empty())
    throw std::runtime_error(fmt::format("{}:\n{}", path, fmt::join(read.mistakes, "\n")));
  return read.settings.gateway;
}

// All that a product beside this program has to be told, for `node --env-file` and for a shell.
void write_product_environment(const Folders& folders, const Addresses& at) {
  std::ifstream file(product_key_of(folders));
  const std::string key{std::istreambuf_iterator<char>(file), {}};
  const auto database = [&](std::string_view role) {
    return fmt::format("postgresql://{}@localhost/{}?host={}", role, product_database,
                       folders.sockets.string());
  };
  write_private(product_environment_of(folders),
                fmt::format("FREEHOLD_URL='{}'\nFREEHOLD_PRODUCT_KEY='{}'\nDATABASE_URL='{}'\n"
                            "DATABASE_OWNER_URL='{}'\n",
                            at.product, key, database("app"), database("postgres")));
}

// A log-in may lead back to the first page of the product beside this program, exactly.
std::vector<std::string> return_urls_of(std::string product) {
  if (product.empty()) return {};
  if (!product.starts_with("http://") && !product.starts_with("https://"))
    throw std::runtime_error("--product takes an address: http://localhost:3000/app");
  return {std::move(product)};
}

Settings settings_for(const UpOptions& options, const Folders& folders, const Addresses& at) {
  Settings settings = read_settings("", {}, false).settings;
  settings.public_listener.listen = fmt::format("127.0.0.1:{}", options.port);
  settings.staff_listener.listen = fmt::format("127.0.0.1:{}", options.port + 1);
  settings.base_url = at.product;
  settings.product_audience = at.product;
  settings.return_urls = return_urls_of(options.product);
  settings.staff_base_url = at.staff;
  settings.master_key = kept_secret(folders.data / "master_key");
  settings.database.master_key = settings.master_key;
  settings.database.application_name = "freehold up";
  settings.stripe_url = at.simulator;
  settings.stripe_key = Secret{"sk_test_sim_freehold"};
  settings.stripe_webhook_secrets = {kept_secret(folders.data / "webhook_secret", "whsec_")};
  settings.plans_file = options.plans;
  settings.assets_folder = options.assets;
  settings.templates_folder = options.templates;
  settings.log_level = "warn";
  settings.gateway = gateway_in(options.gateway);
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

void print_addresses(const Addresses& at, const Folders& folders, long milliseconds, bool demo) {
  fmt::print(
      "\nReady after {:.1f} s. Ctrl-C stops everything.\n\n"
      "  Start here   {}/tour\n"
      "  Product      {}\n"
      "  Staff panel  {}\n"
      "  Simulator    {}   Stripe’s stand-in: test cards, the clock\n"
      "  Mailbox      {}/mailbox\n"
      "  Your product {}   its key, and a database for its tables\n\n",
      double(milliseconds) / 1000, at.product, at.product, at.staff, at.simulator, at.simulator,
      product_environment_of(folders).string());
  if (demo) print_demo();
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

// The running product, with what it is told to do after its start.
struct Running {
  const UpOptions& options;
  const Folders& folders;
  const Everything& all;
  Steps& steps;
  simulator::SharedClock& clock;
  Node& node;
  simulator::Host& host;
};

// A key for a product of the newcomer's own, made once and kept beside the data.
Task<> keep_product_key(Node::Parts& parts, const fs::path& path) {
  if (fs::exists(path)) co_return;
  auto tx = parts.database.identity();
  const auto made =
      co_await access::create_product_key(tx, "freehold up", parts.clocks.machine.now());
  co_await tx.commit();
  write_private(path, made.secret.reveal());
}

Task<> begin(Running& up) {
  co_await up.node.check();
  up.host.start();
  up.node.serve();
  up.steps.done("Server and simulator");
  Node::Parts& parts = up.node.parts();
  co_await keep_product_key(parts, product_key_of(up.folders));
  write_product_environment(up.folders, up.all.addresses);
  co_await billing::sync_plans(parts.database, parts.stripe, parts.catalog, false);
  up.steps.done("Plans in the simulator");
  if (is_new(up.folders)) {
    if (up.options.demo) co_await play_demo(up.node, up.host, up.clock);
    parts.tour->begin(parts.clocks.business.now());
    keep_beginning(up.folders);
    up.steps.done("Demo workspaces, four months played");
  }
  up.node.work();
  up.steps.done("Worker");
  print_addresses(up.all.addresses, up.folders, up.steps.total(), up.options.demo);
}

Task<> end(Running& up) {
  co_await up.node.drain();
  co_await up.host.drain();
}

void serve_everything(const UpOptions& options, const Folders& folders, const Everything& all,
                      Steps& steps) {
  Runtime runtime(2, 2);
  const PublishedOffset offset(clock_file_of(folders));
  simulator::SharedClock clock(system_clock, offset.micros());
  // A new story begins in the past; an old one goes on where the simulator's journal left it.
  if (is_new(folders)) clock.set_offset(options.demo ? -demo_began : Duration{0});
  const Extras extras{
      .form_action = {all.addresses.simulator, all.addresses.staff},
      .tour = TourConfig{all.addresses.staff, all.addresses.simulator, folders.data}};
  Node node(runtime, all.settings, Clocks{clock, system_clock}, extras);
  Node::Parts& parts = node.parts();
  simulator::Host host(
      {runtime, clock, parts.egress, parts.views, parts.development_edge->handle()},
      simulator_config(options, folders, all.settings, all.addresses));
  Running up{options, folders, all, steps, clock, node, host};
  run_until_signal(runtime, [&up] { return begin(up); }, [&up] { return end(up); });
}

}  // namespace

int up(const UpOptions& options) {
  Steps steps;
  log::set_level(log::Level::warn);
  fmt::print("Freehold starts.\n");
  Settings rendering;
  rendering.templates_folder = options.templates;
  rendering.assets_folder = options.assets;
  if (!templates_can_be_used(rendering)) return 1;
  const Folders folders = make_folders(options.var);
  const Alone alone(folders.data / "freehold.pid");
  wait_for_last_servers(folders);
  if (is_new(folders)) forget_half_a_story(folders);
  EmbeddedPostgres postgres(folders);
  steps.done("PostgreSQL");
  EmbeddedRedis redis(folders);
  steps.done("Redis");
  const Everything all(options, folders, postgres, redis);
  const auto applied = prepare_database(all.settings);
  steps.done(fmt::format("Migrations ({} applied)", applied.size()));
  const Examined examined = examine_database(all.settings);
  steps.done("Isolation report");
  if (!examined.safe) {
    fmt::print(stderr, "The isolation report does not allow serving:\n\n{}\n", examined.report);
    return 1;
  }
  write_private(folders.data / "freehold.toml", second_node(all.settings, folders.data));
  serve_everything(options, folders, all, steps);
  redis.stop();
  postgres.stop();
  fs::remove_all(folders.sockets);
  fmt::print("Everything is stopped.\n");
  return 0;
}

}  // namespace freehold::app
