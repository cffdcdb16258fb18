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

// One command: its name on the command line and what it does with the configuration.
using Act = std::function<int(const Settings&)>;

void add_up(CLI::App& cli, int& status) {
  static UpOptions options;
  auto* up_command = cli.add_subcommand(
      "up", "everything on this machine: servers, simulator, mailbox, demo workspaces");
  up_command->add_option("--var", options.var, "folder for data")->capture_default_str();
  up_command
      ->add_option("--port", options.port,
                   "of the product; staff panel and simulator take the next two")
      ->capture_default_str();
  up_command->add_option("--plans", options.plans,
                         "what is sold: a file like plans.toml; without it, the built-in one");
  up_command->add_option("--assets", options.assets,
                         "read templates, assets and plans.toml from this checkout");
  up_command->add_flag("!--no-demo", options.demo, "without the demo workspaces");
  up_command->callback([&status] { status = up(options); });
}

void add_protect(CLI::App& cli, int& status) {
  static own_tables::Request request;
  static bool apply = false;
  auto* command = cli.add_subcommand(
      "protect", "put tables of your own under row level security: prints the SQL");
  command->add_option("--dsn", request.dsn, "the database, as who owns the tables")->required();
  command->add_option("--schema", request.schema, "where the tables are")->capture_default_str();
  command->add_option("--role", request.role, "what the product logs in as")->capture_default_str();
  auto* tenant = command->add_option("--tenant", request.tenant,
                                     "whose the rows are that are there: an id, for all of them");
  command
      ->add_option("--tenant-id-from", request.tenant_id_from,
                   "whose they are: a column with the id, or a foreign key to a protected table")
      ->excludes(tenant);
  command->add_flag("--harden", request.harden, "also close what an injected statement could use");
  command->add_flag("--apply", apply, "run it, in one transaction");
  command->add_option("TABLE", request.tables, "its name, in the schema or with one")->required();
  command->callback([&status] { status = protect_tables(request, apply); });
}

// Of Freehold's own database, or with --dsn of a product's.
void add_doctor(CLI::App& cli, const std::string& file, int& status) {
  static own_tables::Examination examination;
  auto* command = cli.add_subcommand("doctor", "prove that tenants are kept apart");
  auto* dsn = command->add_option("--dsn", examination.dsn,
                                  "a database with tables of your own, instead of Freehold's");
  command->add_option("--role", examination.role, "what the product logs in as")
      ->capture_default_str()
      ->needs(dsn);
  command
      ->add_option("--shared", examination.shared,
                   "a table, or a unique index, that all tenants share on purpose; repeatable")
      ->needs(dsn);
  command->callback([&] {
    status = examination.dsn.empty() ? with_settings(file, doctor) : examine_tables(examination);
  });
}

int run(int argc, char** argv) {
  CLI::App cli{"Everything a B2B SaaS needs except the product itself."};
  cli.require_subcommand(1);
  std::string file = "freehold.toml";
  cli.add_option("--config", file, "settings; the environment (FREEHOLD_…) wins")
      ->capture_default_str();
  int status = 0;
  const auto command = [&](CLI::App& at, const char* name, const char* about, Act act) {
    auto* made = at.add_subcommand(name, about);
    made->callback([&, act = std::move(act)] { status = with_settings(file, act); });
    return made;
  };

  add_up(cli, status);
  command(cli, "serve", "serve requests against the configured servers", serve);
  command(cli, "worker", "run jobs", work);
  command(cli, "migrate", "make roles and tables", migrate);
  add_doctor(cli, file, status);
  add_protect(cli, status);
  cli.add_subcommand("config", "print every setting with its meaning")->callback([&] {
    status = print_config();
  });
  cli.add_subcommand("routes", "print every route with who may call it")->callback([] {
    std::printf("%s", routes_table().c_str());
  });

  auto* plans = cli.add_subcommand("plans", "what is sold")->require_subcommand(1);
  bool dry_run = false;
  command(*plans, "sync", "push products and prices to Stripe", [&](const Settings& settings) {
    return sync_plans(settings, dry_run);
  })->add_flag("--dry-run", dry_run, "only print the difference");

  auto* staff = cli.add_subcommand("staff", "who may enter the staff panel")->require_subcommand(1);
  std::string email;
  command(*staff, "create", "make an account; its password is shown once",
          [&](const Settings& settings) { return create_staff(settings, email); })
      ->add_option("email", email, "address to log in with")
      ->required();

  CLI11_PARSE(cli, argc, argv);
  return status;
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
