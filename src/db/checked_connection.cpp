#include "db/detail/checked_connection.hpp"

#include <libpq-fe.h>

#include <stdexcept>

namespace freehold::db::detail {
namespace {

std::string trimmed(std::string text) {
  while (!text.empty() && text.back() == '\n') text.pop_back();
  return text;
}

std::string message_of(const PGresult& result) {
  const char* message = PQresultErrorField(&result, PG_DIAG_MESSAGE_PRIMARY);
  return message == nullptr ? trimmed(PQresultErrorMessage(&result)) : message;
}

bool is_error(const PGresult* result) {
  const ExecStatusType status = PQresultStatus(result);
  return status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK;
}

}  // namespace

CheckedConnection::CheckedConnection(const std::string& conninfo)
    : connection_(PQconnectdb(conninfo.c_str())) {
  if (PQstatus(connection_.get()) != CONNECTION_OK) {
    throw std::runtime_error(trimmed(PQerrorMessage(connection_.get())));
  }
  rows("set search_path = pg_catalog");
}

std::vector<std::vector<std::string>> CheckedConnection::rows(const std::string& sql) {
  const ResultPtr result(PQexec(connection_.get(), sql.c_str()));
  if (is_error(result.get())) throw std::runtime_error(message_of(*result));
  std::vector<std::vector<std::string>> rows(std::size_t(PQntuples(result.get())));
  for (int row = 0; row < PQntuples(result.get()); ++row) {
    for (int column = 0; column < PQnfields(result.get()); ++column) {
      rows[std::size_t(row)].emplace_back(PQgetvalue(result.get(), row, column));
    }
  }
  return rows;
}

std::string CheckedConnection::prepare(const std::string& name, const std::string& sql,
                                       const std::vector<std::uint32_t>& parameter_oids) {
  if (!name.empty()) rows("deallocate all");
  const ResultPtr result(PQprepare(connection_.get(), name.c_str(), sql.c_str(),
                                   int(parameter_oids.size()), parameter_oids.data()));
  return is_error(result.get()) ? message_of(*result) : "";
}

ResultPtr CheckedConnection::describe(const std::string& name) {
  return ResultPtr(PQdescribePrepared(connection_.get(), name.c_str()));
}

}  // namespace freehold::db::detail
