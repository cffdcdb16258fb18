// The commands for tables that a product keeps itself.
#include "own_tables/own_tables.hpp"

#include <fmt/core.h>

#include <cstdio>

#include "app/commands.hpp"
#include "app/modules.hpp"

namespace freehold::app {

int protect_tables(const own_tables::Request& request, bool apply) {
  const std::vector<db::Migration> ground = all_migrations();
  try {
    const std::string sql =
        apply ? own_tables::protect(request, ground) : own_tables::plan(request, ground);
    fmt::print("{}",
               sql.empty() ? std::string("-- Nothing to do: the tables are protected.\n") : sql);
    return 0;
  } catch (const own_tables::Refused& reasons) {
    fmt::print(stderr, "{}\n", reasons.what());
    return 1;
  }
}

int examine_tables(const own_tables::Examination& examination) {
  const std::vector<db::Finding> findings = own_tables::examine(examination);
  fmt::print("{}", own_tables::report_by_level(findings));
  return db::is_safe_to_serve(findings) ? 0 : 1;
}

}  // namespace freehold::app
