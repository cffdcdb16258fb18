// Leaving and coming: people of another system are taken in with their passwords, everything is
// written out in open formats, and comes back from them. docs/leaving.md documents the formats.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "core/task.hpp"
#include "core/time.hpp"
#include "db/db.hpp"
#include "db/roles.hpp"
#include "moving/people_file.hpp"

namespace freehold::moving {

// --- People and organisations of another system --------------------------------------------------

struct PeopleImport {
  db::Database& database;
  Clocks clocks;
  // What gives a new workspace its trial and standing, in the transaction that makes it.
  std::function<Task<>(db::ControlTx&)> start_billing;
  std::string source;  // the other system, in a word: external ids are unique in it
  bool dry_run = false;
  bool skip_bad = false;                      // take in the good lines although there are bad ones
  std::function<void(std::string_view)> say;  // a line of the report
  std::function<void(int done, int all)> progress = {};  // people and workspaces
};

struct PeopleOutcome {
  int people = 0;
  int workspaces = 0;  // made, or given new members
  int already_here = 0;
  int bad = 0;
  bool refused = false;  // bad lines, so that nothing was changed
};

// Says what is bad, in a dry run also what would become of every other line, and does it. Each
// person and each workspace comes whole or not at all; what was killed goes on when it is run
// again. Whoever is here already is not touched, so running it twice changes nothing.
Task<PeopleOutcome> import_people(const PeopleImport& import, const PeopleFile& file);

// A CSV with the head `customer,workspace`: which workspace each customer at Stripe is. Throws with
// every line that is wrong.
std::map<std::string, std::string> read_customers(std::string_view text);

// --- Everything ----------------------------------------------------------------------------------

struct ExportOrder {
  std::string admin;  // of the database: a role that may become fh_owner
  db::Passwords passwords;
  Secret master_key;             // which names the recipe of password hashes; is not written
  std::filesystem::path folder;  // new or empty
  std::string product = {};      // of who owns the product's protected tables; empty: without them
  Instant now;
  std::function<void(int done, int all)> progress = {};  // tenants
};
struct ExportOutcome {
  int tables = 0;
  int tenants = 0;
  std::int64_t rows = 0;
};
// Writes every table but those that left_out() names, as they are at one instant, and a manifest at
// the end. Blocks; the product goes on serving meanwhile. Throws in a sentence for the operator.
ExportOutcome export_all(const ExportOrder& order);

struct ImportOrder {
  std::string admin;
  Secret master_key;
  std::filesystem::path folder;
  std::string product = {};
  std::function<void(int done, int all)> progress = {};  // tables
};
struct ImportOutcome {
  int tables = 0;
  std::int64_t rows = 0;
};
// Puts an export into an empty Freehold, all of it or nothing. Blocks. Throws in a sentence: the
// folder is damaged, the database has rows, the master key is another one.
ImportOutcome import_all(const ImportOrder& order);
// The same with the product's own tables, which its own migrations have made and `freehold protect`
// has protected before.
ImportOutcome import_product(const ImportOrder& order);

}  // namespace freehold::moving
