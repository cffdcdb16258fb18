// The tables that an export writes and an import fills, as the database's catalogue describes them.
// Private to this module.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "db/blocking_connection.hpp"

namespace freehold::moving {

struct Table {
  std::string name;                  // "tenancy.tenant", as SQL needs it
  std::string table_class;           // of fh.table_class; "product" for a product's own table
  std::string role;                  // of class private: who may read it
  std::vector<std::string> columns;  // as SQL needs them; computed ones are left out
  std::string order;                 // the columns of the primary key, or all of them
  bool forces_rls = false;
  bool has_tenant = false;
};

// Freehold's tables that are exported: every one with a class that is not on the list of
// left_out(). `connection` is an admin's.
std::vector<Table> exported_tables(db::BlockingConnection& connection);
// A product's tables that `freehold protect` has put under row level security.
std::vector<Table> product_tables(db::BlockingConnection& connection);

// What is not exported, and why.
struct LeftOut {
  std::string_view table;
  std::string_view column;  // empty: the whole table
  std::string_view why;
  std::string_view on_import = {};  // of a column: the expression that it gets instead
};
std::span<const LeftOut> left_out();
const LeftOut* find_left_out(std::string_view table, std::string_view column = {});

// Tables that a database without customers has rows in; an import replaces those.
bool is_replaced(std::string_view table);

// "tenancy.tenant.jsonl"
std::string file_of(const Table& table);
std::string joined(const std::vector<std::string>& names);  // "a, b"

}  // namespace freehold::moving
