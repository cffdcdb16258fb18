// What both checks of query_check.hpp ask: a blocking connection that prepares and explains.
#pragma once

#include <string>
#include <vector>

#include "db/detail/connection.hpp"
#include "db/detail/result.hpp"

namespace freehold::db::detail {

class CheckedConnection {
 public:
  // Throws std::runtime_error when it cannot connect. Names are looked up as our sessions do.
  explicit CheckedConnection(const std::string& conninfo);

  // Rows of one statement in text format. Throws std::runtime_error.
  std::vector<std::vector<std::string>> rows(const std::string& sql);
  // Prepares `sql`, replacing what had that name; what PostgreSQL said against it, or empty.
  std::string prepare(const std::string& name, const std::string& sql,
                      const std::vector<std::uint32_t>& parameter_oids);
  // Parameters and columns of a prepared statement.
  ResultPtr describe(const std::string& name);

 private:
  PgConn connection_;
};

}  // namespace freehold::db::detail
