// A query: its name, its text, and the types of its parameters and rows. It stands directly above
// the function that runs it. The name goes to metrics, to errors and into the statement as a
// comment.
//
//   struct InvoiceLine { InvoiceId id; Instant issued_at; std::int64_t total; };
//   BOOST_DESCRIBE_STRUCT(InvoiceLine, (), (id, issued_at, total))
//
//   const db::TenantQuery<InvoiceLine, Instant> invoices_since{"billing.invoices_since", R"(
//     select id, issued_at, total
//       from billing.invoice
//      where tenant_id = $1
//        and issued_at >= $2
//      order by issued_at desc, id desc
//      limit 200)"};
//
// Columns are named and ordered as the members of the described row. A row may also be one plain
// value (std::int64_t, std::string, an Id …) for a query of one column. A statement that returns no
// rows has `void` for its row.
//
// Types: bool, std::int32_t (int4), std::int64_t (int8), double (float8), std::string (text), Uuid
// and Id (uuid), Instant (timestamptz), RawJson (jsonb), RawBytes (bytea), std::vector of those
// (arrays), std::optional of those (null), a described enum (text).
// check_queries (db/query_check.hpp) prepares every query of the program against the migrated
// schema and compares both sides; a test runs it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "db/detail/types.hpp"

namespace freehold::db {

enum class Scope {
  tenant,  // $1 is the tenant, bound by the transaction
  plain,   // parameters are the caller's; for tables that are not a tenant's
};

namespace detail {

// What libpq is told about a statement. `index` is its place in every connection's list of prepared
// statements.
struct Statement {
  Statement(std::string name, std::string_view sql, std::vector<std::uint32_t> parameter_oids);

  std::size_t index;
  std::string name;
  std::string text;  // the SQL behind a comment that names it
  std::vector<std::uint32_t> parameter_oids;
};

}  // namespace detail

// What a Query is without its types; lives as long as the program.
struct QueryInfo {
  QueryInfo(std::string_view name, std::string_view sql, Scope scope,
            const std::vector<detail::Type>& parameters, std::vector<detail::Column> columns);

  std::string_view name;
  std::string_view sql;
  Scope scope;
  // PostgreSQL's type names, "uuid", "int8[]"; for tenant scope without the tenant itself.
  std::vector<std::string_view> parameter_types;
  std::vector<std::string_view> column_names;  // empty name: the row is one plain value
  std::vector<std::string_view> column_types;
  std::vector<bool> column_nullable;
  std::vector<std::uint32_t> column_oids;
  detail::Statement statement;
};

// Every query that is linked into this program, in no particular order. Queries are constants at
// namespace scope and enter themselves here before main: the test that prepares them all, and the
// statement cache, must not miss one.
const std::vector<const QueryInfo*>& all_queries();

namespace detail {
void enter_query(const QueryInfo& query);
}

template <class Row, class... Args>
class Query {
 public:
  Query(std::string_view name, std::string_view sql)
      : info_(name, sql, Scope::plain, {detail::type_of<Args>()...}, detail::columns_of<Row>()) {
    detail::enter_query(info_);
  }
  Query(const Query&) = delete;
  Query& operator=(const Query&) = delete;
  const QueryInfo& info() const { return info_; }

 private:
  QueryInfo info_;
};

// Of a tenant's rows: `tenant_id = $1` and the transaction binds $1, so that the caller cannot pass
// another. Args are $2 and on.
template <class Row, class... Args>
class TenantQuery {
 public:
  TenantQuery(std::string_view name, std::string_view sql)
      : info_(name, sql, Scope::tenant, {detail::type_of<Args>()...}, detail::columns_of<Row>()) {
    detail::enter_query(info_);
  }
  TenantQuery(const TenantQuery&) = delete;
  TenantQuery& operator=(const TenantQuery&) = delete;
  const QueryInfo& info() const { return info_; }

 private:
  QueryInfo info_;
};

}  // namespace freehold::db
