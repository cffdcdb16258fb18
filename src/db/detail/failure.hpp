// From what PostgreSQL or libpq said to what our callers are told.
#pragma once

#include <string>
#include <string_view>

#include "core/log.hpp"

struct pg_result;  // libpq's PGresult

namespace freehold::db::detail {

struct Failure {
  std::string sqlstate;
  // The primary message only: the detail may hold values of rows.
  std::string message;
  std::string constraint;
};

Failure failure_of(const pg_result& result);

// fh.enter found the tenant moving: SQLSTATE FH001.
bool means_moving(const Failure& failure);
// The server is going away, or is no longer the one that takes writes. 25006 says so only of a
// session that may write.
bool means_lost(const Failure& failure, bool writes);
// A prepared statement that the server forgot, or whose row type a migration changed.
bool means_stale_statement(const Failure& failure);

// What must never happen is logged, with the cause.
[[noreturn]] void throw_failure(std::string_view query, const Failure& failure,
                                const log::Cause& cause);
[[noreturn]] void throw_unavailable();
[[noreturn]] void throw_timeout();

}  // namespace freehold::db::detail
