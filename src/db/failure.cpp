#include "db/detail/failure.hpp"

#include <libpq-fe.h>

#include "core/problem.hpp"
#include "core/words.hpp"
#include "db/db.hpp"

namespace freehold::db {

QueryError::QueryError(std::string query, std::string sqlstate, const std::string& message)
    : std::runtime_error(sqlstate.empty() ? fmt::format("{}: {}", query, message)
                                          : fmt::format("{}: {} ({})", query, message, sqlstate)),
      query(std::move(query)),
      sqlstate(std::move(sqlstate)) {}

ConstraintViolation::ConstraintViolation(std::string query, std::string sqlstate,
                                         const std::string& message, std::string constraint)
    : QueryError(std::move(query), std::move(sqlstate), message),
      constraint(std::move(constraint)) {}

}  // namespace freehold::db

namespace freehold::db::detail {
namespace {

std::string field_of(const PGresult& result, int field) {
  const char* text = PQresultErrorField(&result, field);
  return text == nullptr ? "" : text;
}

bool is_one_of(std::string_view sqlstate, std::initializer_list<std::string_view> states) {
  return std::find(states.begin(), states.end(), sqlstate) != states.end();
}

Problem try_again(std::string code, std::string detail) {
  Problem problem = Problem::unavailable(std::move(code), std::move(detail));
  problem.retry_after = 1;
  return problem;
}

void throw_problem(const Failure& failure) {
  const std::string_view sqlstate = failure.sqlstate;
  if (sqlstate == "57014") throw_timeout();
  if (sqlstate == "FH001") {
    throw try_again("workspace_moving",
                    worded("This workspace is being moved. Try again in a few seconds."));
  }
  if (sqlstate == "FH002") throw Problem::not_found("workspace");
  if (is_one_of(sqlstate, {"22021", "22P05"})) {
    throw Problem::bad_request("invalid_text", "The text has characters that cannot be stored.");
  }
}

}  // namespace

Failure failure_of(const PGresult& result) {
  return {.sqlstate = field_of(result, PG_DIAG_SQLSTATE),
          .message = field_of(result, PG_DIAG_MESSAGE_PRIMARY),
          .constraint = field_of(result, PG_DIAG_CONSTRAINT_NAME)};
}

bool means_moving(const Failure& failure) {
  return failure.sqlstate == "FH001";
}

bool means_lost(const Failure& failure, bool writes) {
  const std::string_view sqlstate = failure.sqlstate;
  return is_one_of(sqlstate, {"57P01", "57P02", "57P03", "57P05", "25P03"}) ||
         sqlstate.starts_with("08") || (writes && sqlstate == "25006");
}

bool means_stale_statement(const Failure& failure) {
  return failure.sqlstate == "26000" ||
         (failure.sqlstate == "0A000" && failure.message.contains("cached plan"));
}

void throw_failure(std::string_view query, const Failure& failure, const log::Cause& cause) {
  throw_problem(failure);
  const std::string name(query);
  const std::string_view sqlstate = failure.sqlstate;
  if (sqlstate.starts_with("23")) {
    throw ConstraintViolation(name, failure.sqlstate, failure.message, failure.constraint);
  }
  if (is_one_of(sqlstate, {"40001", "40P01"})) {
    throw SerializationFailure(name, failure.sqlstate, failure.message);
  }
  if (is_one_of(sqlstate, {"FH000", "FH003"})) {
    log::error("db.tenant_mixed_up", cause, {{"query", name}, {"reason", failure.message}});
  }
  throw QueryError(name, failure.sqlstate, failure.message);
}

void throw_unavailable() {
  throw try_again("database_unavailable",
                  "The database cannot be reached. Try again in a few seconds.");
}

void throw_timeout() {
  throw try_again("database_timeout",
                  "The database did not answer in time. Try again in a few seconds.");
}

}  // namespace freehold::db::detail
