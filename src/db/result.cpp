#include "db/detail/result.hpp"

#include <libpq-fe.h>

#include "core/problem.hpp"
#include "db/db.hpp"

namespace freehold::db::detail {
namespace {

std::string type_name(std::uint32_t oid) {
  const Type type = find_type(oid);
  return type.name.empty() ? fmt::format("type {}", oid) : std::string(type.name);
}

std::string column_label(const QueryInfo& query, std::size_t column) {
  const std::string_view name = query.column_names[column];
  return name.empty() ? fmt::format("column {}", column + 1) : fmt::format("column {}", name);
}

[[noreturn]] void fail(const QueryInfo& query, const std::string& message) {
  throw QueryError(std::string(query.name), "", message);
}

void check_columns(const QueryInfo& query, const PGresult& answer) {
  const std::size_t expected = query.column_oids.size();
  const auto columns = std::size_t(PQnfields(&answer));
  if (expected == 0) return;
  if (columns != expected) {
    fail(query, fmt::format("the answer has {} columns, the row {}", columns, expected));
  }
  for (std::size_t i = 0; i < columns; ++i) {
    const std::uint32_t oid = PQftype(&answer, int(i));
    if (oid == query.column_oids[i]) continue;
    fail(query, fmt::format("{} is {}, the row has {}", column_label(query, i), type_name(oid),
                            query.column_types[i]));
  }
}

}  // namespace

void ClearResult::operator()(PGresult* result) const {
  PQclear(result);
}

Result::Result(const QueryInfo& query, ResultPtr answer)
    : query_(&query), answer_(std::move(answer)) {
  check_columns(query, *answer_);
}

int Result::rows() const {
  return PQntuples(answer_.get());
}

Cell Result::cell(int row, std::size_t column) const {
  const int at = int(column);
  if (PQgetisnull(answer_.get(), row, at)) return std::nullopt;
  return std::string_view(PQgetvalue(answer_.get(), row, at),
                          std::size_t(PQgetlength(answer_.get(), row, at)));
}

std::int64_t Result::changed_rows() const {
  const std::string_view text = PQcmdTuples(answer_.get());
  std::int64_t rows = 0;
  std::from_chars(text.data(), text.data() + text.size(), rows);
  return rows;
}

void require_one_row_at_most(const Result& result) {
  if (result.rows() <= 1) return;
  fail(result.query(), fmt::format("{} rows where one was expected", result.rows()));
}

void require_one_row(const Result& result) {
  if (result.rows() == 0) throw Problem::not_found("record");
  require_one_row_at_most(result);
}

void Place::fail(const Undecodable& wrong) const {
  // next() has already stepped past the value.
  detail::fail(result.query(),
               fmt::format("{} {}", column_label(result.query(), column - 1), wrong.reason));
}

}  // namespace freehold::db::detail
