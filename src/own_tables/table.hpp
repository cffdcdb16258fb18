// What the catalogue says of a table that shall be protected.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "db/blocking_connection.hpp"

namespace freehold::own_tables {

struct Table {
  std::string oid;
  std::string name;  // as SQL needs it: shop."Order"
  std::string kind;  // pg_class.relkind
  std::string root;  // of a partition: the table it is a part of
  std::string owner;
  bool role_may_own = false;  // the role owns it, or is a member of who does
  bool is_freeholds = false;  // fh_owner's
  std::string tenant_type;    // of tenant_id; empty: it has none
  bool tenant_not_null = false;
  std::string other_policies;  // `drop policy …` for each that lets the role see more
};

// The table of that name in the schema, or the one that the words name as SQL would read them. In a
// transaction.
std::optional<Table> find_table(db::BlockingConnection& connection, const std::string& schema,
                                const std::string& words, const std::string& role);

// As PostgreSQL writes an array: {16384,16390}.
std::string oids_of(std::span<const Table> tables);

// Why it cannot be protected as it is; empty: it can.
std::vector<std::string> objections(const Table& table, const std::string& role);

}  // namespace freehold::own_tables
