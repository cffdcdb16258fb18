// The column tenant_id. New rows get the tenant of their transaction by default, so that the
// inserts that a product has already go on working; rows that are there have to be told whose they
// are.
#include "core/id.hpp"
#include "own_tables/parts.hpp"

namespace freehold::own_tables {
namespace {

// The column that says whose a row is, and the table that it points to.
struct Source {
  std::string name;
  std::string type;
  std::string parent_oid;
  std::string parent;
  std::string parent_key;
  bool parent_has_tenant = false;
  bool parent_is_hidden = false;  // by row level security, from who runs this
};

constexpr const char* source_of_tenant = R"sql(
select quote_ident(a.attname), format_type(a.atttypid, a.atttypmod),
       p.oid, quote_ident(n.nspname) || '.' || quote_ident(p.relname), quote_ident(pk.attname),
       exists (select from pg_attribute t
                where t.attrelid = p.oid and t.attname = 'tenant_id' and not t.attisdropped),
       coalesce(p.relforcerowsecurity, false)
         and not (select rolsuper or rolbypassrls from pg_roles where rolname = current_user)
  from pg_attribute a
  left join pg_constraint k on k.conrelid = a.attrelid and k.contype = 'f'
                           and k.conkey = array[a.attnum] and k.confrelid <> a.attrelid
  left join pg_class p on p.oid = k.confrelid
  left join pg_namespace n on n.oid = p.relnamespace
  left join pg_attribute pk on pk.attrelid = p.oid and pk.attnum = k.confkey[1]
 where a.attrelid = $1::oid
   and a.attname = $2
   and not a.attisdropped
 order by k.conname
 limit 1
)sql";

std::optional<Source> find_source(Work& work, const Table& table) {
  const db::TextRows rows =
      work.connection.run(source_of_tenant, {table.oid, work.request.tenant_id_from});
  if (rows.empty()) return {};
  const db::TextRow& row = rows[0];
  return Source{.name = row[0],
                .type = row[1],
                .parent_oid = row[2],
                .parent = row[3],
                .parent_key = row[4],
                .parent_has_tenant = row[5] == "t",
                .parent_is_hidden = row[6] == "t"};
}

bool exists(db::BlockingConnection& connection, const std::string& from) {
  return connection.run(fmt::format("select exists (select from {})", from))[0][0] == "t";
}

std::string uuid_of(const std::string& tenant) {
  if (const auto uuid = parse_uuid(tenant)) return to_string(*uuid);
  const auto id = TenantId::parse(tenant);
  return id ? to_string(id->uuid) : std::string{};
}

// The tables that this run gives a tenant_id before this one.
bool comes_before(const Work& work, const std::string& oid, const Table& table) {
  for (const Table& other : work.tables) {
    if (other.oid == table.oid) return false;
    if (other.oid == oid) return true;
  }
  return false;
}

bool is_named(const Work& work, const std::string& oid) {
  return std::ranges::any_of(work.tables, [&](const Table& other) { return other.oid == oid; });
}

using Statements = std::vector<std::string>;

// A constant default fills a column without writing any row.
Statements filled_with(const Table& table, const std::string& tenant) {
  if (!table.tenant_type.empty())
    return {
        fmt::format("update {} set tenant_id = '{}' where tenant_id is null", table.name, tenant),
        fmt::format("alter table {} alter column tenant_id set not null", table.name)};
  return {fmt::format("alter table {} add column tenant_id uuid not null default '{}'", table.name,
                      tenant),
          fmt::format("alter table {} alter column tenant_id set default fh.tid()", table.name)};
}

Statements filled_by(const Table& table, const std::string& update) {
  if (!table.tenant_type.empty())
    return {update, fmt::format("alter table {} alter column tenant_id set not null", table.name)};
  return {fmt::format("alter table {} add column tenant_id uuid", table.name), update,
          fmt::format("alter table {} alter column tenant_id set not null,"
                      " alter column tenant_id set default fh.tid()",
                      table.name)};
}

Statements filled_from_parent(const Table& table, const Source& source) {
  const std::string_view only_empty =
      table.tenant_type.empty() ? "" : " and child.tenant_id is null";
  Statements statements = filled_by(
      table, fmt::format("update {} child set tenant_id = parent.tenant_id from {} parent"
                         " where parent.{} = child.{}{}",
                         table.name, source.parent, source.parent_key, source.name, only_empty));
  if (source.parent_is_hidden) {
    // Its owner sees its rows while row level security is not forced, in this transaction only.
    statements.insert(statements.begin(),
                      fmt::format("alter table {} no force row level security", source.parent));
    statements.push_back(fmt::format("alter table {} force row level security", source.parent));
  }
  return statements;
}

Statements filled_from_value(const Table& table, const Source& source) {
  const std::string value = source.type == "uuid" ? source.name
                            : source.type == "text"
                                ? fmt::format("fh.tenant_uuid({})", source.name)
                                : fmt::format("fh.tenant_uuid({}::text)", source.name);
  const std::string_view only_empty = table.tenant_type.empty() ? "" : " where tenant_id is null";
  return filled_by(table,
                   fmt::format("update {} set tenant_id = {}{}", table.name, value, only_empty));
}

bool may_hold_ids(const std::string& type) {
  return type == "uuid" || type == "text" || type.starts_with("character");
}

// Refuses by adding to work.refusals and answering with nothing.
Statements filled_from(Work& work, const Table& table) {
  const auto refuse = [&](std::string reason) {
    work.refusals.push_back(std::move(reason));
    return Statements{};
  };
  const std::string& column = work.request.tenant_id_from;
  const auto source = find_source(work, table);
  if (!source) return refuse(fmt::format("{} has no column {}.", table.name, column));
  const std::string_view needed = table.tenant_type.empty() ? "" : " and tenant_id is null";
  if (exists(work.connection,
             fmt::format("{} where {} is null{}", table.name, source->name, needed)))
    return refuse(fmt::format("{}.{} is null in some rows: they would belong to nobody.",
                              table.name, source->name));
  if (source->parent_has_tenant || comes_before(work, source->parent_oid, table))
    return filled_from_parent(table, *source);
  if (is_named(work, source->parent_oid))
    return refuse(fmt::format("Name {} before {}, which takes its tenant from it.", source->parent,
                              table.name));
  if (!may_hold_ids(source->type))
    return refuse(
        fmt::format("{}.{} is {}, which is not Freehold's id of a tenant (a uuid, or text "
                    "like tenant_…), and points to no table that has a tenant_id.",
                    table.name, source->name, source->type));
  return filled_from_value(table, *source);
}

Statements filled(Work& work, const Table& table) {
  const std::string& tenant = work.request.tenant;
  if (!work.request.tenant_id_from.empty()) return filled_from(work, table);
  if (!tenant.empty()) return filled_with(table, uuid_of(tenant));
  work.refusals.push_back(
      fmt::format("{} has rows. Say whose they are: --tenant-id-from COLUMN, a column with the "
                  "tenant's id or a foreign key to a table that has tenant_id; or --tenant ID, if "
                  "all of them are one tenant's.",
                  table.name));
  return {};
}

Statements tenant_column_of(Work& work, const Table& table) {
  if (table.tenant_not_null) return {};
  const bool is_new = table.tenant_type.empty();
  if (exists(work.connection, table.name + (is_new ? "" : " where tenant_id is null")))
    return filled(work, table);
  if (is_new)
    return {fmt::format("alter table {} add column tenant_id uuid not null default fh.tid()",
                        table.name)};
  return {fmt::format("alter table {} alter column tenant_id set not null", table.name)};
}

}  // namespace

void add_tenant_columns(Work& work, Script& script) {
  const std::string& tenant = work.request.tenant;
  if (!tenant.empty() && uuid_of(tenant).empty()) {
    work.refusals.push_back(
        fmt::format("{} is no tenant's id: a uuid, or text like tenant_….", tenant));
    return;
  }
  for (const Table& table : work.tables) {
    Statements statements = tenant_column_of(work, table);
    if (!statements.empty())
      script.push_back({"Whose a row of " + table.name + " is.", std::move(statements)});
  }
}

}  // namespace freehold::own_tables
