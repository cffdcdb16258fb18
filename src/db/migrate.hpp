// Brings a database to the shape that this program was built for.
//
// Migrations are files src/<module>/migrations/{both,control,data}/NNNN_what_it_does.sql: `control`
// for tables of the control plane, `data` for what the product stores, `both` for tables that every
// database has a copy of. They only go forward, and never change once applied. Each runs as
// fh_owner in a transaction of its own, with an empty search_path (names are written in full), and
// may call fh.protect. fh_owner sees no tenant's rows, so an update or delete of some is refused:
// such a change is a job that enters one tenant after the other.
//
// A line `-- freehold: no-transaction` before the first statement runs each statement by itself,
// for `create index concurrently if not exists`. Such a file may be run again after a failure; an
// invalid index that the failure left is dropped first.
#pragma once

#include <chrono>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "core/embedded.hpp"

namespace freehold::db {

struct Migration {
  std::string module;
  std::string plane;  // "both", "control" or "data"
  int number = 0;
  std::string name;
  std::string sql;
};

// The migrations of these modules, in this order, among the files that the program carries. `db`
// comes first: its own are the ground that fh.protect stands on. Throws MigrationError for a file
// whose name is not NNNN_what_it_does.sql.
std::vector<Migration> migrations_of(std::span<const EmbeddedFile> files,
                                     std::span<const std::string_view> modules);

struct MigrationError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

struct MigrateOptions {
  // How long a statement waits for a table that is in use, and how often it is tried again, so that
  // requests never queue behind a migration that itself waits.
  std::chrono::milliseconds lock_timeout{2'000};
  int attempts = 10;
  std::chrono::milliseconds pause{500};
};

// Applies what is missing, in the order of modules as they first appear, then both, control, data,
// then number, and names what it applied ("billing/control/0003_mirror.sql"). With nothing to do it
// is one query. Nodes that start together apply each migration once. After a failure the next call
// goes on where it stopped.
//
// Throws MigrationError, in sentences for the operator: a migration fails (file, line, PostgreSQL's
// words), an applied one was edited, the database is newer than this program, numbers are out of
// order. Throws ServerError when the server cannot be reached.
std::vector<std::string> migrate(const std::string& admin, std::span<const Migration> list,
                                 const MigrateOptions& options = {});

}  // namespace freehold::db
