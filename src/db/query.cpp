#include "db/query.hpp"

#include <array>

namespace freehold::db {
namespace {

// Made on first use, because queries of other files enter themselves before main.
std::vector<const QueryInfo*>& entered() {
  static std::vector<const QueryInfo*> queries;
  return queries;
}

std::size_t next_index() {
  static std::size_t count = 0;
  return count++;
}

std::vector<std::uint32_t> parameter_oids(Scope scope, const std::vector<detail::Type>& types) {
  std::vector<std::uint32_t> oids;
  if (scope == Scope::tenant) oids.push_back(detail::uuid_type.oid);
  for (const detail::Type& type : types) oids.push_back(type.oid);
  return oids;
}

}  // namespace

QueryInfo::QueryInfo(std::string_view name, std::string_view sql, Scope scope,
                     const std::vector<detail::Type>& parameters,
                     std::vector<detail::Column> columns)
    : name(name),
      sql(sql),
      scope(scope),
      statement(std::string(name), sql, parameter_oids(scope, parameters)) {
  for (const detail::Type& type : parameters) parameter_types.push_back(type.name);
  for (const detail::Column& column : columns) {
    column_names.push_back(column.name);
    column_types.push_back(column.type.name);
    column_nullable.push_back(column.nullable);
    column_oids.push_back(column.type.oid);
  }
}

const std::vector<const QueryInfo*>& all_queries() {
  return entered();
}

}  // namespace freehold::db

namespace freehold::db::detail {

Statement::Statement(std::string name, std::string_view sql,
                     std::vector<std::uint32_t> parameter_oids)
    : index(next_index()),
      name(std::move(name)),
      text("/* " + this->name + " */ " + std::string(sql)),
      parameter_oids(std::move(parameter_oids)) {}

void enter_query(const QueryInfo& query) {
  entered().push_back(&query);
}

}  // namespace freehold::db::detail
