// What `protect` is made of: each part says which statements it still needs, and why it refuses.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "own_tables/own_tables.hpp"
#include "own_tables/table.hpp"

namespace freehold::own_tables {

// A transaction of plain SQL that a person reads before it runs.
struct Section {
  std::string title;                    // one sentence, its comment
  std::vector<std::string> statements;  // without semicolons
};
using Script = std::vector<Section>;

struct Work {
  const Request& request;
  db::BlockingConnection& connection;
  std::vector<Table> tables = {};
  std::vector<std::string> refusals = {};
};

// The product's role; the schema fh with its functions, or the right to use Freehold's.
void prepare_ground(Work& work, std::span<const db::Migration> ground, Script& script);

// If it was asked for.
void harden(Work& work, Script& script);

// tenant_id in each table, filled where there are rows.
void add_tenant_columns(Work& work, Script& script);

// Index, policy, row level security and grants of each table.
void secure_tables(Work& work, Script& script);

}  // namespace freehold::own_tables
