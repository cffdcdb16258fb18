// Tables that a product keeps itself, in a database of its own or beside Freehold's tables: the SQL
// that puts them under row level security, and the proof that it holds.
//
// The product is in any language, makes its tables as it likes and logs in with a role of its own.
// Between `select fh.enter(tenant)` and the end of a transaction it sees and writes the rows of
// that tenant, outside of it none.
#pragma once

#include <span>
#include <stdexcept>
#include <string>
#include <vector>

#include "db/doctor.hpp"
#include "db/migrate.hpp"

namespace freehold::own_tables {

struct Request {
  std::string dsn;  // of who owns the tables, or may become their owner
  std::string schema = "public";
  std::string role = "app";  // what the product logs in as; made when there is none
  // Names as they are ("Order", shop.orders) or as SQL would write them.
  std::vector<std::string> tables;
  // Whose the rows are that a table has already: one tenant (uuid or tenant_…), or what a column
  // of theirs says.
  std::string tenant = {};
  std::string tenant_id_from = {};
  bool harden = false;  // also close what an injected statement could use, where the host allows it
};

// Why nothing was done, in sentences for people; every reason at once, a line each.
struct Refused : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// The SQL that is still needed, one transaction; empty when the tables are protected already.
// `ground` holds the migrations of `db`, whose functions a database of the product's own gets too.
// Throws Refused, and db::ServerError when the server cannot be reached.
std::string plan(const Request& request, std::span<const db::Migration> ground);

// Runs that SQL in one transaction and returns it. Throws the same, and nothing is changed then.
std::string protect(const Request& request, std::span<const db::Migration> ground);

struct Examination {
  std::string dsn;  // of an admin that may become the role, or of the role itself
  std::string role = "app";
  // Tables that have no tenant_id on purpose and that the product writes nevertheless.
  std::vector<std::string> shared = {};
};

// All findings on what the role can reach, sorted like the doctor's own. Throws ServerError.
std::vector<db::Finding> examine(const Examination& examination);

// For people: a part for each level.
std::string report_by_level(std::span<const db::Finding> findings);

// Every rule of this doctor, with its level and advice.
std::span<const db::Rule> rules();

}  // namespace freehold::own_tables
