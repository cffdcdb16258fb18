// What PostgreSQL answered to one statement, and rows out of it.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "db/query.hpp"

struct pg_result;  // libpq's PGresult

namespace freehold::db::detail {

struct ClearResult {
  void operator()(pg_result* result) const;
};
using ResultPtr = std::unique_ptr<pg_result, ClearResult>;

class Result {
 public:
  // Throws QueryError when the columns are not of the number and types that the query has.
  Result(const QueryInfo& query, ResultPtr answer);

  const QueryInfo& query() const { return *query_; }
  int rows() const;
  Cell cell(int row, std::size_t column) const;
  std::int64_t changed_rows() const;  // by insert, update, delete; the rows of a select

 private:
  const QueryInfo* query_;
  ResultPtr answer_;
};

// Throws Problem::not_found when there is no row and QueryError when there are several.
void require_one_row(const Result& result);
// Throws QueryError when there are several.
void require_one_row_at_most(const Result& result);

// Where reading stands, to name it in an error.
struct Place {
  const Result& result;
  int row = 0;
  std::size_t column = 0;

  Cell next() { return result.cell(row, column++); }
  [[noreturn]] void fail(const Undecodable& wrong) const;
};

template <class Row>
Row take_row(Place& at) {
  at.column = 0;
  if constexpr (DescribedStruct<Row>) {
    Row row{};
    boost::mp11::mp_for_each<Members<Row>>([&](auto member) {
      using Value = std::remove_cvref_t<decltype(row.*member.pointer)>;
      row.*member.pointer = take_cell<Value>(at.next());
    });
    return row;
  } else {
    return take_cell<Row>(at.next());
  }
}

template <class Row>
std::vector<Row> take_rows(const Result& result) {
  Place at{result};
  std::vector<Row> rows;
  rows.reserve(std::size_t(result.rows()));
  try {
    for (; at.row < result.rows(); ++at.row) rows.push_back(take_row<Row>(at));
  } catch (const Undecodable& wrong) {
    at.fail(wrong);
  }
  return rows;
}

template <class Row>
Row take_one_row(const Result& result) {
  Place at{result};
  try {
    return take_row<Row>(at);
  } catch (const Undecodable& wrong) {
    at.fail(wrong);
  }
}

}  // namespace freehold::db::detail
