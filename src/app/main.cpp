// freehold: one program with a few commands. This file is its table of contents.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <fstream>
#include <iterator>

#include "app/commands.hpp"
#include "core/json.hpp"
#include "core/log.hpp"

namespace {

using namespace freehold;
using namespace freehold::app;

std::string file_text(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

log::Level level_of(std::string_view name) {
  if (name == "debug") return log::Level::debug;
  if (name == "warn") return log::Level::warn;
  return name == "error" ? log::Level::error : log::Level::info;
}

// Reports every mistake at once, then gives up.
std::optional<Settings> settings_or_complaints(const std::string& file, bool serving) {
  const ReadSettings read = read_settings(file_text(file), process_environment(), serving);
  for (const std::string& mistake : read.mistakes) std::fprintf(stderr, "%s\n", mistake.c_str());
  if (!read.mistakes.empty()) {
    std::fprintf(stderr, "freehold config prints every setting with its meaning.\n");
    return {};
  }
  log::set_level(level_of(read.settings.log_level));
  return read.settings;
}

int with_settings(const std::string& file, const std::function<int(const Settings&)>& act) {
  const auto settings = settings_or_complaints(file, true);
  return settings ? act(*settings) : 2;
}

int print_config() {
  const ReadSettings read = read_settings("", {}, false);
  std::printf("%s", document(read.documented).c_str());
  return 0;
}

int run(int argc, char** argv) {
  CLI::App cli{"Everything a B2B SaaS needs except the product itself."};
  cli.require_subcommand(1);
  std::string file = "freehold.toml";
  cli.add_option("--config", file, "settings; the environment (FREEHOLD_…) wins")
      ->capture_default_str();

  UpOptions options;
  auto* up_command = cli.add_subcommand(
      "up", "everything on this machine: servers, simulator, mailbox, demo workspaces");
  up_command->add_option("--var", options.var, "folder for data")->capture_default_str();
  up_command
      ->add_option("--port", options.port,
                   "of the product; staff panel and simulator take the next two")
      ->capture_default_str();
  up_command->add_option("--assets", options.assets,
                         "read templates and assets from this checkout");
  up_command->add_flag("!--no-demo", options.demo, "without the demo workspaces");

  auto* serve_command =
      cli.add_subcommand("serve", "serve requests against the configured servers");
  auto* worker_command = cli.add_subcommand("worker", "run jobs");
  auto* migrate_command = cli.add_subcommand("migrate", "make roles and tables");
  auto* doctor_command = cli.add_subcommand("doctor", "prove that tenants are kept apart");
  auto* config_command = cli.add_subcommand("config", "print every setting with its meaning");
  auto* routes_command = cli.add_subcommand("routes", "print every route with who may call it");
  auto* plans_command = cli.add_subcommand("plans", "what is sold");
  plans_command->require_subcommand(1);
  auto* sync_command = plans_command->add_subcommand("sync", "push products and prices to Stripe");
  bool dry_run = false;
  sync_command->add_flag("--dry-run", dry_run, "only print the difference");

  CLI11_PARSE(cli, argc, argv);

  if (*up_command) return up(options);
  if (*serve_command) return with_settings(file, serve);
  if (*worker_command) return with_settings(file, work);
  if (*migrate_command) return with_settings(file, migrate);
  if (*doctor_command) return with_settings(file, doctor);
  if (*config_command) return print_config();
  if (*routes_command) return with_settings(file, print_routes);
  if (*sync_command)
    return with_settings(file,
                         [&](const Settings& settings) { return sync_plans(settings, dry_run); });
  return 2;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return run(argc, argv);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "freehold: %s\n", error.what());
    return 1;
  }
}
