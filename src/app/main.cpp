// freehold: one program with a few commands. This file is its table of contents.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <fstream>
#include <iterator>

#include "app/commands.hpp"
#include "app/config_check.hpp"
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

int check_config(const Settings& settings) {
  const Checked checked = check_settings(settings);
  std::printf("%s", checked.report.c_str());
  return checked.is_sound ? 0 : 1;
}

// The command line: what was given on it, and the status that the chosen command ended with.
struct Line {
  CLI::App cli{"Everything a B2B SaaS needs except the product itself."};
  std::string file = "freehold.toml";
  int status = 0;
  // What commands take.
  UpOptions up_options = {};
  SimulatorOptions simulator_options = {};
  bool repair = false;
  bool dry_run = false;
  std::string email = {};
  std::string key_name = {};
  std::string id = {};
  std::string kind = {};
  std::string folder = {};
  own_tables::Request protection = {};
  bool apply = false;
  own_tables::Examination examination = {};
  PeopleRequest people = {};
  FolderRequest moved = {};
  AdoptionRequest adoption = {};
  WebhookRequest webhooks = {};
  std::string plan = {};
  std::string template_name = {};
  std::vector<std::string> template_names = {};

  // A command: its name and what it does with the configuration.
  CLI::App* command(CLI::App& at, const char* name, const char* about,
                    std::function<int(const Settings&)> act) {
    auto* made = at.add_subcommand(name, about);
    made->callback([this, act = std::move(act)] { status = with_settings(file, act); });
    return made;
  }
  // A noun that commands stand behind.
  CLI::App& group(const char* name, const char* about) {
    return *cli.add_subcommand(name, about)->require_subcommand(1);
  }
};

void add_up(Line& line) {
  UpOptions& options = line.up_options;
  auto* up_command = line.cli.add_subcommand(
      "up", "everything on this machine: servers, simulator, mailbox, demo workspaces");
  up_command->add_option("--var", options.var, "folder for data")->capture_default_str();
  up_command
      ->add_option("--port", options.port,
                   "of the product; staff panel and simulator take the next two")
      ->capture_default_str();
  up_command->add_option("--plans", options.plans,
                         "what is sold: a file like plans.toml; without it, the built-in one");
  up_command->add_option("--product", options.product,
                         "first page of a product of yours, which a log-in may lead back to");
  up_command->add_option("--assets", options.assets,
                         "read templates, assets and plans.toml from this checkout");
  up_command->add_option("--templates", options.templates,
                         "templates of yours in place of the built-in ones: a folder");
  up_command->add_option("--gateway", options.gateway,
                         "pass requests on to your product: a file with [[gateway.route]]");
  up_command->add_flag("!--no-demo", options.demo, "without the demo workspaces");
  up_command->callback([&line] { line.status = up(line.up_options); });
}

void add_simulator(Line& line) {
  SimulatorOptions& options = line.simulator_options;
  auto* command = line.cli.add_subcommand("simulator", "Stripe's stand-in alone, for any product");
  command->add_option("--port", options.port, "on this machine")->capture_default_str();
  command->add_option("--journal", options.journal,
                      "keep everything in this file; without it, in memory");
  command->add_option("--forward-to", options.forward_to,
                      "send webhooks there: http://127.0.0.1:3000/webhooks");
  command->add_option("--webhook-secret", options.webhook_secret, "which they are signed with")
      ->capture_default_str();
  command
      ->add_option("--final-action", options.final_action,
                   "what becomes of a subscription when every retry has failed")
      ->check(CLI::IsMember({"cancel", "unpaid", "past_due", "pause"}))
      ->capture_default_str();
  command->add_option("--seed", options.seed, "the same ids and shuffles in every run");
  command->callback([&line] { line.status = run_simulator(line.simulator_options); });
}

void add_init(Line& line) {
  auto* command = line.cli.add_subcommand("init", "write a product to begin with into a folder");
  command->add_option("KIND", line.kind, "node, nextjs or python")->required();
  command->add_option("FOLDER", line.folder, "an empty one, or one that is not there yet")
      ->required();
  command->callback([&line] { line.status = init_product(line.kind, line.folder); });
}

void add_servers(Line& line) {
  line.command(line.cli, "serve", "serve requests against the configured servers", serve);
  line.command(line.cli, "worker", "run jobs", work);
  line.command(line.cli, "migrate", "make roles and tables", migrate);
}

void add_prints(Line& line) {
  auto* config = line.cli.add_subcommand("config", "print every setting with its meaning");
  line.command(*config, "check", "read the settings, and print what they take of the database",
               check_config);
  config->callback([&line, config] {
    if (config->get_subcommands().empty()) line.status = print_config();
  });
  line.cli.add_subcommand("routes", "print every route with who may call it")->callback([] {
    std::printf("%s", routes_table().c_str());
  });
  line.cli.add_subcommand("openapi", "print the document of the API, OpenAPI 3.1")->callback([] {
    std::printf("%s", openapi_document().c_str());
  });
}

void add_plans(Line& line) {
  CLI::App& plans = line.group("plans", "what is sold");
  line.command(plans, "sync", "push products and prices to Stripe",
               [&line](const Settings& settings) { return sync_plans(settings, line.dry_run); })
      ->add_flag("--dry-run", line.dry_run, "only print the difference");
  auto* move = line.command(
      plans, "migrate", "move customers of earlier versions to the one that is sold",
      [&line](const Settings& settings) { return move_plan(settings, line.plan, line.dry_run); });
  move->add_option("PLAN", line.plan, "its key")->required();
  move->add_flag("--dry-run", line.dry_run,
                 "only print who would be moved, and what they would pay");
}

void choose_webhooks(CLI::App& command, WebhookRequest& request) {
  command.add_option("--event", request.event, "one: evt_…");
  command.add_option("--customer", request.customer, "all of a customer: cus_…");
  command.add_option("--type", request.type, "of a type: invoice.paid");
  command.add_option("--reason", request.reason,
                     "unknown_customer, not_fetched, object_missing, other_mode, unreadable");
  command.add_option("--since", request.since, "received on that day or later, or at that time");
  command.add_option("--until", request.until, "received before");
  command.add_flag("--all", request.all, "every failed webhook");
  command.add_flag("--dry-run", request.dry_run, "only print which, at most 200");
}

void add_billing(Line& line) {
  CLI::App& billing = line.group("billing", "what Stripe says and what we keep");
  line.command(billing, "drift", "compare every subscription with our copy",
               [&line](const Settings& settings) { return print_drift(settings, line.repair); })
      ->add_flag("--repair", line.repair, "fetch again what differs");
  WebhookRequest& request = line.webhooks;
  choose_webhooks(*line.command(billing, "replay", "take failed webhooks in again",
                                [&request](const Settings& settings) {
                                  return replay_webhooks(settings, request);
                                }),
                  request);
  auto* discard = line.command(
      billing, "discard", "close failed webhooks that nobody will follow",
      [&request](const Settings& settings) { return discard_webhooks(settings, request); });
  choose_webhooks(*discard, request);
  discard->add_option("--because", request.because, "why, for the audit log");
  line.command(billing, "purge", "delete what has been kept for long enough without a plan",
               [&line](const Settings& settings) { return purge(settings, line.dry_run); })
      ->add_flag("--dry-run", line.dry_run, "only print what is planned, with its rows");
}

void add_staff(Line& line) {
  line.command(line.group("staff", "who may enter the staff panel"), "create",
               "make an account; its password is shown once",
               [&line](const Settings& settings) { return create_staff(settings, line.email); })
      ->add_option("email", line.email, "address to log in with")
      ->required();
}

void add_keys(Line& line) {
  CLI::App& keys = line.group("keys", "of the product, and those that sign who is asking");
  line.command(keys, "create", "make a product key; it is shown once",
               [&line](const Settings& settings) { return create_key(settings, line.key_name); })
      ->add_option("name", line.key_name, "what it is for")
      ->required();
  line.command(keys, "list", "product keys, without their secrets", list_keys);
  line.command(keys, "revoke", "end a product key",
               [&line](const Settings& settings) { return revoke_key(settings, line.id); })
      ->add_option("id", line.id, "product_key_…, as freehold keys list prints it")
      ->required();
  line.command(keys, "replace-signing", "withdraw the keys that sign who is asking, at once",
               replace_signing_key);
}

void add_protect(Line& line) {
  own_tables::Request& request = line.protection;
  auto* command = line.cli.add_subcommand(
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
  command->add_flag("--apply", line.apply, "run it, in one transaction");
  command->add_option("TABLE", request.tables, "its name, in the schema or with one")->required();
  command->callback([&line] { line.status = protect_tables(line.protection, line.apply); });
}

// Of Freehold's own database, or with --dsn of a product's.
void add_doctor(Line& line) {
  own_tables::Examination& examination = line.examination;
  auto* command = line.cli.add_subcommand("doctor", "prove that tenants are kept apart");
  auto* dsn = command->add_option("--dsn", examination.dsn,
                                  "a database with tables of your own, instead of Freehold's");
  command->add_option("--role", examination.role, "what the product logs in as")
      ->capture_default_str()
      ->needs(dsn);
  command
      ->add_option("--shared", examination.shared,
                   "a table, or a unique index, that all tenants share on purpose; repeatable")
      ->needs(dsn);
  command->callback([&line] {
    line.status = line.examination.dsn.empty() ? with_settings(line.file, doctor)
                                               : examine_tables(line.examination);
  });
}

// Of the built-in templates, and of product.templates: no server has to be named for them.
void add_templates(Line& line) {
  CLI::App& templates = line.group("templates", "of pages and mails, and yours in their place");
  templates.add_subcommand("list", "print their names, and which of them yours replace")
      ->callback([&line] {
        const auto settings = settings_or_complaints(line.file, false);
        line.status = settings ? list_templates(*settings) : 2;
      });
  auto* copy = templates.add_subcommand("copy", "write built-in ones into a folder, to be changed");
  copy->add_option("NAME", line.template_names,
                   "as freehold templates list prints it; a mail is two files")
      ->required();
  copy->add_option("--to", line.folder, "the folder: what product.templates names")->required();
  copy->callback([&line] { line.status = copy_templates(line.template_names, line.folder); });
  auto* names = templates.add_subcommand("names", "print what one may ask for: {{name}}");
  names->add_option("NAME", line.template_name)->required();
  names->callback([&line] { line.status = print_template_names(line.template_name); });
  auto* lint = templates.add_subcommand("lint", "say what is wrong with a folder of them");
  lint->add_option("DIR", line.folder, "the folder; without it, the built-in ones");
  lint->callback([&line] { line.status = lint_templates(line.folder); });
}

constexpr const char* about_product =
    "the database of the product's own protected tables, as who owns them";

void add_export(Line& line) {
  auto* command = line.command(
      line.cli, "export", "write everything out in documented open formats",
      [&line](const Settings& settings) { return export_everything(settings, line.moved); });
  command->add_flag("--all")
      ->description("every workspace, person and table: it has to be said")
      ->required();
  command->add_option("folder", line.moved.folder, "where to: new or empty")->required();
  command->add_option("--product-dsn", line.moved.product, about_product);
}

void add_import(Line& line) {
  auto* import_command =
      line.cli.add_subcommand("import", "take in an export, or people of another system");
  import_command->require_subcommand(0, 1);
  import_command->add_option("folder", line.moved.folder,
                             "an export, for an empty Freehold: all of it or nothing");
  import_command->add_option("--product-dsn", line.moved.product,
                             std::string(about_product) + ": fills only these");
  import_command->callback([&line, import_command] {
    if (!import_command->get_subcommands().empty()) return;
    if (line.moved.folder.empty()) throw CLI::RequiredError("a folder, or people FILE");
    line.status = with_settings(line.file, [&line](const Settings& settings) {
      return import_everything(settings, line.moved);
    });
  });
  auto* people = line.command(
      *import_command, "people", "people, organisations and memberships, with their passwords",
      [&line](const Settings& settings) { return import_people(settings, line.people); });
  people->add_option("file", line.people.file, "CSV or JSON lines, as docs/leaving.md says")
      ->required();
  people
      ->add_option("--source", line.people.source,
                   "the other system, in a word: external ids are unique in it")
      ->capture_default_str();
  people->add_flag("--dry-run", line.people.dry_run, "only say what would become of each line");
  people->add_flag("--skip-bad", line.people.skip_bad,
                   "take in the good lines although there are bad ones");
}

void add_adopt(Line& line) {
  AdoptionRequest& request = line.adoption;
  auto* command = line.command(
      line.group("adopt", "what was there before Freehold"), "stripe",
      "map an account's customers to workspaces; Stripe is only read",
      [&line](const Settings& settings) { return adopt_stripe(settings, line.adoption); });
  command->add_flag("--dry-run", request.dry_run, "only say what each workspace would have");
  command->add_option("--source", request.source, "whose external ids the customers carry")
      ->capture_default_str();
  command->add_option("--metadata-key", request.metadata_key, "of customers: holds the external id")
      ->capture_default_str();
  command->add_option("--map", request.map, "a CSV that decides: customer,workspace");
  command->add_option("--report", request.report,
                      "keep the report as JSON, and say what is different since the last");
}

int run(int argc, char** argv) {
  Line line;
  line.cli.require_subcommand(1);
  line.cli.add_option("--config", line.file, "settings; the environment (FREEHOLD_…) wins")
      ->capture_default_str();
  add_up(line);
  add_simulator(line);
  add_init(line);
  add_servers(line);
  add_doctor(line);
  add_protect(line);
  add_prints(line);
  add_plans(line);
  add_billing(line);
  add_templates(line);
  add_staff(line);
  add_keys(line);
  add_export(line);
  add_import(line);
  add_adopt(line);
  CLI11_PARSE(line.cli, argc, argv);
  return line.status;
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
