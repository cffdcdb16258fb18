#include "own_tables/table.hpp"

namespace freehold::own_tables {
namespace {

constexpr const char* exact_name = R"sql(
select c.oid
  from pg_class c
  join pg_namespace n on n.oid = c.relnamespace
 where (n.nspname, c.relname) = ($1, $2)
   and c.relkind in ('r', 'p', 'v', 'm', 'f', 'S')
)sql";

constexpr const char* facts = R"sql(
select c.oid, format('%I.%I', n.nspname, c.relname), c.relkind,
       case when c.relispartition then pg_partition_root(c.oid)::regclass::text end,
       pg_get_userbyid(c.relowner),
       coalesce(pg_has_role(r.oid, c.relowner, 'member'), false) and not r.rolsuper,
       pg_get_userbyid(c.relowner) = 'fh_owner',
       format_type(k.atttypid, k.atttypmod), coalesce(k.attnotnull, false),
       (select string_agg(format('drop policy %I on %I.%I', p.polname, n.nspname, c.relname), '; '
                          order by p.polname)
          from pg_policy p
         where p.polrelid = c.oid
           and p.polpermissive
           and exists (select from unnest(p.polroles) o (oid)
                        where o.oid = 0 or pg_has_role(r.oid, o.oid, 'member'))
           and not (coalesce(pg_get_expr(p.polqual, c.oid), w.text) in (w.text, w.sub_select)
                    and coalesce(pg_get_expr(p.polwithcheck, c.oid), w.text) in (w.text, w.sub_select)
                    and coalesce(p.polqual, p.polwithcheck) is not null))
  from pg_class c
  join pg_namespace n on n.oid = c.relnamespace
  left join pg_roles r on r.rolname = $2
  left join pg_attribute k on k.attrelid = c.oid and k.attname = 'tenant_id' and not k.attisdropped
 cross join (values ('(tenant_id = fh.tid())', '(tenant_id = ( SELECT fh.tid() AS tid))'))
              w (text, sub_select)
 where c.oid = $1::oid
)sql";

std::string oid_of(db::BlockingConnection& connection, const std::string& schema,
                   const std::string& words) {
  const db::TextRows exact = connection.run(exact_name, {schema, words});
  if (!exact.empty()) return exact[0][0];
  const std::string qualified =
      words.contains('.') ? words : fmt::format("{}.{}", connection.quoted_name(schema), words);
  connection.run("savepoint before_name");
  try {
    return connection.run("select to_regclass($1)::oid", {qualified})[0][0];
  } catch (const db::ServerError&) {
    connection.run("rollback to savepoint before_name");
    return {};  // not a name at all
  }
}

std::string kind_in_words(std::string_view kind) {
  if (kind == "v") return "a view. Give it `security_invoker = true` and protect its tables";
  if (kind == "m") return "a materialized view, which knows no policies";
  if (kind == "f") return "a foreign table, which knows no policies";
  return "a sequence";
}

}  // namespace

std::optional<Table> find_table(db::BlockingConnection& connection, const std::string& schema,
                                const std::string& words, const std::string& role) {
  const std::string oid = oid_of(connection, schema, words);
  if (oid.empty()) return {};
  const db::TextRow row = connection.run(facts, {oid, role})[0];
  return Table{.oid = row[0],
               .name = row[1],
               .kind = row[2],
               .root = row[3],
               .owner = row[4],
               .role_may_own = row[5] == "t",
               .is_freeholds = row[6] == "t",
               .tenant_type = row[7],
               .tenant_not_null = row[8] == "t",
               .other_policies = row[9]};
}

std::string oids_of(std::span<const Table> tables) {
  std::vector<std::string_view> oids;
  std::ranges::transform(tables, std::back_inserter(oids), &Table::oid);
  return fmt::format("{{{}}}", fmt::join(oids, ","));
}

std::vector<std::string> objections(const Table& table, const std::string& role) {
  if (table.kind != "r" && table.kind != "p")
    return {fmt::format("{} is {}.", table.name, kind_in_words(table.kind))};
  if (table.is_freeholds) return {fmt::format("{} belongs to Freehold.", table.name)};
  if (!table.root.empty())
    return {fmt::format("{} is a partition: protect {}.", table.name, table.root)};

  std::vector<std::string> reasons;
  if (table.role_may_own)
    reasons.push_back(fmt::format(
        "{} belongs to {}, which {} is or may become: an owner can switch row level security off. "
        "Let the product log in as a role of its own and keep {} for migrations.",
        table.name, table.owner, role, table.owner));
  if (!table.other_policies.empty())
    reasons.push_back(fmt::format(
        "{} has a policy of another kind. Policies add up, so it would let more rows through: {}",
        table.name, table.other_policies));
  if (table.tenant_type == "text" || table.tenant_type.starts_with("character"))
    reasons.push_back(fmt::format(
        "{0}.tenant_id is {1} and has to be uuid. For ids as Freehold gives them: alter table {0} "
        "alter tenant_id type uuid using fh.tenant_uuid(tenant_id::text)",
        table.name, table.tenant_type));
  else if (!table.tenant_type.empty() && table.tenant_type != "uuid")
    reasons.push_back(
        fmt::format("{}.tenant_id is {} and has to be uuid: Freehold's id of the "
                    "tenant. Rename that column.",
                    table.name, table.tenant_type));
  return reasons;
}

}  // namespace freehold::own_tables
