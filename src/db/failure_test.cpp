#include "db/detail/failure.hpp"

#include <doctest/doctest.h>

#include "core/problem.hpp"
#include "db/db.hpp"

using namespace freehold;
using namespace freehold::db;
using namespace freehold::db::detail;

namespace {

std::string thrown_for(const std::string& sqlstate) {
  try {
    throw_failure("shop.sell", {.sqlstate = sqlstate, .message = "no", .constraint = "a_rule"}, {});
  } catch (const Problem& problem) {
    return fmt::format("Problem {} {}", problem.status, problem.code);
  } catch (const ConstraintViolation& error) {
    return fmt::format("ConstraintViolation {} {}", error.constraint, error.what());
  } catch (const SerializationFailure& error) {
    return fmt::format("SerializationFailure {}", error.what());
  } catch (const QueryError& error) {
    return fmt::format("QueryError {}", error.what());
  }
}

std::string what_it_means(const std::string& sqlstate) {
  const Failure failure{.sqlstate = sqlstate, .message = "", .constraint = ""};
  return fmt::format("{} read{} write{}", sqlstate, means_lost(failure, false) ? " lost" : "",
                     means_lost(failure, true) ? " lost" : "");
}

}  // namespace

TEST_CASE("what PostgreSQL says no with, and what our callers get") {
  std::string table;
  for (const auto* sqlstate : {"57014", "FH000", "FH001", "FH002", "FH003", "22021", "22P05",
                               "23505", "23503", "40001", "40P01", "42P01"}) {
    table += thrown_for(sqlstate) + "\n";
  }
  CHECK(table ==
        "Problem 503 database_timeout\n"
        "QueryError shop.sell: no (FH000)\n"
        "Problem 503 workspace_moving\n"
        "Problem 404 not_found\n"
        "QueryError shop.sell: no (FH003)\n"
        "Problem 400 invalid_text\n"
        "Problem 400 invalid_text\n"
        "ConstraintViolation a_rule shop.sell: no (23505)\n"
        "ConstraintViolation a_rule shop.sell: no (23503)\n"
        "SerializationFailure shop.sell: no (40001)\n"
        "SerializationFailure shop.sell: no (40P01)\n"
        "QueryError shop.sell: no (42P01)\n");
}

TEST_CASE("which answers end a connection") {
  std::string table;
  for (const auto* sqlstate : {"57P01", "57P02", "57P03", "08006", "25006", "25P03", "57014", ""}) {
    table += what_it_means(sqlstate) + "\n";
  }
  CHECK(table ==
        "57P01 read lost write lost\n"
        "57P02 read lost write lost\n"
        "57P03 read lost write lost\n"
        "08006 read lost write lost\n"
        "25006 read write lost\n"
        "25P03 read lost write lost\n"
        "57014 read write\n"
        " read write\n");
}
