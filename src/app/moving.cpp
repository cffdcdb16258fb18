// The commands that bring people and data here, and take them away.
#include "moving/moving.hpp"

#include <fmt/core.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "app/commands.hpp"
#include "app/parts.hpp"
#include "app/prepare.hpp"
#include "app/run_once.hpp"
#include "core/async.hpp"

namespace freehold::app {
namespace {

constexpr std::uintmax_t largest_file = 1'000'000'000;

std::string text_of_file(const std::string& path) {
  std::error_code error;
  const auto size = std::filesystem::file_size(path, error);
  if (error) throw std::runtime_error(fmt::format("{}: {}", path, error.message()));
  if (size > largest_file)
    throw std::runtime_error(path + " is larger than a gigabyte; import it in parts");
  std::ifstream file(path, std::ios::binary);
  if (!file) throw std::runtime_error(path + " cannot be read");
  return {std::istreambuf_iterator<char>(file), {}};
}

// One line that counts up, where somebody is looking.
void show_progress(int done, int all) {
  if (::isatty(STDERR_FILENO) == 0) return;
  fmt::print(stderr, "\r{} of {}{}", done, all, done == all ? "\n" : "");
}

std::string summary(const moving::PeopleOutcome& outcome, bool dry_run) {
  if (outcome.refused && !dry_run)
    return fmt::format(
        "{} lines are bad, so nothing was changed. Mend them, or take in the others with "
        "--skip-bad.\n",
        outcome.bad);
  return fmt::format("{} {} people and {} workspaces; {} lines are here already, {} are bad.\n",
                     dry_run ? "Would take in" : "Took in", outcome.people, outcome.workspaces,
                     outcome.already_here, outcome.bad);
}

Task<> take_in(Node& node, const PeopleRequest& request, int& status) {
  Node::Parts& parts = node.parts();
  const moving::PeopleFile file = moving::read_people(text_of_file(request.file));
  const moving::PeopleImport import{
      .database = parts.database,
      .clocks = parts.clocks,
      .start_billing = [&parts](db::ControlTx& tx) { return billing::start(tx, parts.catalog); },
      .source = request.source,
      .dry_run = request.dry_run,
      .skip_bad = request.skip_bad,
      .say = [](std::string_view line) { fmt::print("{}\n", line); },
      .progress = show_progress};
  const auto outcome = co_await moving::import_people(import, file);
  fmt::print("{}", summary(outcome, request.dry_run));
  status = outcome.refused ? 1 : 0;
}

}  // namespace

int export_everything(const Settings& settings, const FolderRequest& request) {
  const moving::ExportOrder order{.admin = admin_of(settings),
                                  .passwords = db::passwords_of(settings.database.master_key),
                                  .master_key = settings.master_key,
                                  .folder = request.folder,
                                  .product = request.product,
                                  .now = SystemClock().now(),
                                  .progress = show_progress};
  const auto outcome = moving::export_all(order);
  fmt::print(
      "{} tables, {} workspaces, {} rows. The folder holds password hashes and what your customers "
      "wrote: keep it as safe as the database.\n",
      outcome.tables, outcome.tenants, outcome.rows);
  return 0;
}

int import_everything(const Settings& settings, const FolderRequest& request) {
  const moving::ImportOrder order{.admin = admin_of(settings),
                                  .master_key = settings.master_key,
                                  .folder = request.folder,
                                  .product = request.product,
                                  .progress = show_progress};
  const auto outcome =
      request.product.empty() ? moving::import_all(order) : moving::import_product(order);
  fmt::print("{} tables, {} rows.\n", outcome.tables, outcome.rows);
  return 0;
}

int import_people(const Settings& settings, const PeopleRequest& request) {
  if (request.source.empty() || request.source.size() > 40)
    throw std::runtime_error("--source is a word of at most 40 characters");
  int status = 0;
  run_once(settings, [&](Node& node) { return take_in(node, request, status); });
  return status;
}

}  // namespace freehold::app
