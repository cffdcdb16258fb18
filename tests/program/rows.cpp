#include "tests/program/rows.hpp"

#include <stdexcept>

#include "db/blocking_connection.hpp"

namespace freehold::program {
namespace {

std::vector<std::string> names(const std::string& conninfo, const std::string& sql) {
  db::BlockingConnection connection(conninfo);
  std::vector<std::string> found;
  for (const auto& row : connection.run(sql)) found.push_back(row.at(0));
  return found;
}

constexpr std::string_view all_tables = R"(
  select c.oid::regclass::text
    from pg_class c
    join pg_namespace n on n.oid = c.relnamespace
   where c.relkind in ('r', 'p')
     and not c.relispartition
     and n.nspname !~ '^pg_|^information_schema$')";

Digests digests_where(const std::string& conninfo, const std::vector<std::string>& names,
                      const std::string& condition) {
  std::string all;
  for (const std::string& name : names)
    all += fmt::format(
        "{}select '{}', md5(coalesce(string_agg(t::text, E'\\n' order by t::text), "
        "'')) from {} t where {}",
        all.empty() ? "" : " union all ", name, name, condition);
  Digests found;
  db::BlockingConnection connection(conninfo);
  for (const auto& row : connection.run(all)) found[row.at(0)] = row.at(1);
  return found;
}

}  // namespace

std::string rows(const std::string& conninfo, const std::string& sql) {
  db::BlockingConnection connection(conninfo);
  std::string lines;
  for (const auto& row : connection.run(sql)) lines += fmt::format("{}\n", fmt::join(row, " "));
  return lines;
}

std::string value(const std::string& conninfo, const std::string& sql) {
  db::BlockingConnection connection(conninfo);
  const auto found = connection.run(sql);
  if (found.size() != 1) throw std::runtime_error(fmt::format("{} rows: {}", found.size(), sql));
  return found.at(0).at(0);
}

std::vector<std::string> tables(const std::string& conninfo) {
  return names(conninfo, std::string(all_tables) + " order by 1");
}

std::vector<std::string> tenant_tables(const std::string& conninfo) {
  return names(conninfo, std::string(all_tables) + R"(
     and exists (select from pg_attribute a
                  where a.attrelid = c.oid and a.attname = 'tenant_id' and not a.attisdropped)
   order by 1)");
}

Digests digests(const std::string& conninfo) {
  return digests_where(conninfo, tables(conninfo), "true");
}

Digests digests_of_tenant(const std::string& conninfo, const std::string& tenant) {
  return digests_where(conninfo, tenant_tables(conninfo), fmt::format("tenant_id = '{}'", tenant));
}

std::vector<std::string> differences(const Digests& before, const Digests& after) {
  std::vector<std::string> changed;
  for (const auto& [table, digest] : after) {
    const auto at = before.find(table);
    if (at == before.end() || at->second != digest) changed.push_back(table);
  }
  return changed;
}

}  // namespace freehold::program
