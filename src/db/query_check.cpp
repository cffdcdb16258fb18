#include "db/query_check.hpp"

#include <libpq-fe.h>

#include <set>

#include "db/detail/checked_connection.hpp"

namespace freehold::db {
namespace {

using detail::CheckedConnection;

constexpr std::uint32_t void_oid = 2278;  // of a function that returns nothing
constexpr std::string_view space = " \t\n";

std::string type_name(std::uint32_t oid) {
  const detail::Type type = detail::find_type(oid);
  return type.name.empty() ? fmt::format("type {}", oid) : std::string(type.name);
}

// The queries' names and the lines about them.
class Report {
 public:
  void begin(const QueryInfo& query) { name_ = query.name; }
  void add(const std::string& line) { lines_.push_back(fmt::format("{}: {}", name_, line)); }
  std::vector<std::string> take() { return std::move(lines_); }

 private:
  std::string_view name_;
  std::vector<std::string> lines_;
};

void check_text(const QueryInfo& query, Report& report) {
  constexpr std::array verbs{"select", "insert", "update", "delete", "merge", "with", "values"};
  constexpr std::array outlasting{"set_config", "pg_advisory_lock", "pg_try_advisory_lock"};
  const std::size_t begin = std::min(query.sql.find_first_not_of(space), query.sql.size());
  const std::string_view text = query.sql.substr(begin);
  const std::string_view verb = text.substr(0, text.find_first_of(space));
  if (std::find(verbs.begin(), verbs.end(), verb) == verbs.end()) {
    report.add(fmt::format("begins with \"{}\", which is not run here", verb));
  }
  for (const std::string_view name : outlasting) {
    if (!text.contains(name)) continue;
    report.add(fmt::format("{} would outlast the transaction", name));
  }
  if (query.scope == Scope::tenant && !text.contains("$1")) {
    report.add("is a tenant's and does not use $1");
  }
}

// PostgreSQL's own view of each parameter; text is also what it says when anything would do.
void check_parameters(CheckedConnection& connection, const QueryInfo& query, Report& report) {
  if (!connection.prepare("", query.statement.text, {}).empty()) return;
  const detail::ResultPtr described = connection.describe("");
  const auto& oids = query.statement.parameter_oids;
  const auto count = std::size_t(PQnparams(described.get()));
  if (count != oids.size()) {
    return report.add(fmt::format("uses {} parameters, {} are given", count, oids.size()));
  }
  for (std::size_t i = 0; i < count; ++i) {
    const std::uint32_t oid = PQparamtype(described.get(), int(i));
    if (oid == oids[i] || oid == detail::text_type.oid) continue;
    report.add(fmt::format("${} is {}, {} is given", i + 1, type_name(oid), type_name(oids[i])));
  }
}

bool may_be_null(CheckedConnection& connection, const PGresult& described, int column) {
  const std::uint32_t table = PQftable(&described, column);
  if (table == 0) return false;
  const auto rows = connection.rows(fmt::format(
      "select 1 from pg_attribute a join pg_class c on c.oid = a.attrelid "
      "where a.attrelid = {} and a.attnum = {} and not a.attnotnull and c.relkind in ('r', 'p')",
      table, PQftablecol(&described, column)));
  return !rows.empty();
}

void check_column(CheckedConnection& connection, const QueryInfo& query, const PGresult& described,
                  std::size_t i, Report& report) {
  const std::string name = PQfname(&described, int(i));
  const std::uint32_t oid = PQftype(&described, int(i));
  if (!query.column_names[i].empty() && query.column_names[i] != name) {
    report.add(fmt::format("column {} is {}, the row has {}", i + 1, name, query.column_names[i]));
  }
  if (oid != query.column_oids[i]) {
    report.add(fmt::format("column {} is {}, the row has {}", name, type_name(oid),
                           query.column_types[i]));
  }
  if (!query.column_nullable[i] && may_be_null(connection, described, int(i))) {
    report.add(fmt::format("column {} may be null, the row has no optional there", name));
  }
}

void check_columns(CheckedConnection& connection, const QueryInfo& query, Report& report) {
  const detail::ResultPtr described = connection.describe("");
  const auto count = std::size_t(PQnfields(described.get()));
  const std::size_t expected = query.column_oids.size();
  const bool calls_for_effect =
      expected == 0 && count == 1 && PQftype(described.get(), 0) == void_oid;
  if (calls_for_effect) return;
  if (count != expected) {
    return report.add(fmt::format("returns {} columns, the row has {}", count, expected));
  }
  for (std::size_t i = 0; i < count; ++i) check_column(connection, query, *described, i, report);
}

}  // namespace

std::vector<std::string> check_queries(const std::string& conninfo, const Queries& queries) {
  CheckedConnection connection(conninfo);
  Report report;
  std::set<std::string_view> names;
  for (const QueryInfo* query : queries) {
    report.begin(*query);
    if (!names.insert(query->name).second) report.add("is the name of two queries");
    check_text(*query, report);
    check_parameters(connection, *query, report);
    const std::string error =
        connection.prepare("", query->statement.text, query->statement.parameter_oids);
    if (!error.empty()) {
      report.add(error);
    } else {
      check_columns(connection, *query, report);
    }
  }
  return report.take();
}

}  // namespace freehold::db
