// Leaving and coming: people of another system are taken in with their passwords. docs/leaving.md
// documents the formats.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "core/task.hpp"
#include "core/time.hpp"
#include "db/db.hpp"
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

}  // namespace freehold::moving
