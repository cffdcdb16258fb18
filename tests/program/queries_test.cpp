// Every query of the program, held against the tables that it is for.
#include <doctest/doctest.h>

#include "db/query_check.hpp"
#include "tests/program/program.hpp"

using namespace freehold;

TEST_CASE("every query of the program fits the tables, its parameters and its rows") {
  const auto database = program::new_database();
  REQUIRE(db::all_queries().size() > 200);
  CHECK(fmt::format("{}", fmt::join(db::check_queries(database.admin()), "\n")) == "");
}

TEST_CASE("every scan of a tenant's table is bound to the tenant by the query itself") {
  const auto database = program::new_database();
  CHECK(fmt::format("{}", fmt::join(db::check_plans(database.admin()), "\n")) == "");
}
