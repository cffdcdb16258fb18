// A second wall: what a flaw that lets a stranger add to a SQL statement could use.
#include "own_tables/parts.hpp"

namespace freehold::own_tables {
namespace {

constexpr const char* hardening_steps = R"sql(
-- What closes the ways of an injected statement, where the admin may; those who own the tables ($1)
-- and the admin keep what pg_dump and migrations need.
with
keeper (name, oid) as (
  select distinct quote_ident(r.rolname), r.oid
    from pg_roles r
   where not r.rolsuper
     and (r.rolname = current_user
          or r.oid in (select relowner from pg_class where oid = any ($1::oid[])))
),
closed (place, what, owner, is_open) as (
  select 1, 'execute on function pg_catalog.set_config(text, text, boolean)', proowner,
         has_function_privilege('public', oid, 'execute')
    from pg_proc
   where oid = 'pg_catalog.set_config(text,text,boolean)'::regprocedure
  union all
  select 2, format('usage on language %I', lanname), lanowner,
         has_language_privilege('public', oid, 'usage')
    from pg_language
   where lanispl and lanpltrusted
  union all
  select 3, format('temporary on database %I', datname), datdba,
         has_database_privilege('public', oid, 'temporary')
    from pg_database
   where datname = current_database()
  union all
  select 4, format('create on schema %I', nspname), nspowner,
         has_schema_privilege('public', oid, 'create')
    from pg_namespace
   where nspname = 'public'
),
step (place, turn, statement) as (
  select c.place, 1, format('grant %s to %s', c.what, k.name)
    from closed c, keeper k
   where c.is_open and pg_has_role(c.owner, 'usage')
  union all
  select c.place, 2, format('revoke %s from public', c.what)
    from closed c
   where c.is_open and pg_has_role(c.owner, 'usage')
)
select statement
  from step
 order by place, turn, statement
)sql";

}  // namespace

void harden(Work& work, Script& script) {
  if (!work.request.harden) return;
  std::vector<std::string> statements;
  for (const db::TextRow& row : work.connection.run(hardening_steps, {oids_of(work.tables)}))
    statements.push_back(row[0]);
  if (!statements.empty())
    script.push_back(
        {"What an injected statement could use, closed for everybody who does not own "
         "tables.",
         std::move(statements)});
}

}  // namespace freehold::own_tables
