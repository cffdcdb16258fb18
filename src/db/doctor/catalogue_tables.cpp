#include "db/doctor/catalogue.hpp"

namespace freehold::db::sql {

const std::string_view catalogue_tables = R"sql(
-- Tables: each has a class, and what its class stands on.
select 'table.unclassified', name, ''
  from class_of
 where class is null

union all
select 'table.gone', table_name, ''
  from fh.table_class
 where table_name not in (select name from relation)

union all
select 'table.foreign', name, ''
  from relation
 where relkind = 'f'

union all
select 'table.rls_off', name, ''
  from class_of
 where not relrowsecurity
   and class not in ('reference', 'internal')

union all
select 'table.rls_not_forced', name, ''
  from class_of
 where not relforcerowsecurity
   and class not in ('reference', 'internal')

union all
select 'table.tenant_missing', name, 'class ' || class
  from tenant_table
 where tenant_column is null

union all
select 'table.tenant_shared', name, ''
  from class_of
 where class = 'reference'
   and tenant_column is not null

union all
select 'table.tenant_type', name, format_type(tenant_type, null)
  from tenant_table
 where tenant_type <> 'uuid'::regtype

union all
select 'table.tenant_nullable', name, 'class ' || class
  from tenant_table
 where not tenant_not_null
   and class <> 'queue'

union all
select 'table.tenant_default', name, ''
  from tenant_table
 where tenant_has_default

union all
select 'table.wrong_owner', name, pg_get_userbyid(relowner)
  from relation
 where relowner is distinct from (select oid from owner)

union all
select 'schema.wrong_owner', nspname::text, pg_get_userbyid(nspowner)
  from pg_namespace
 where nspowner is distinct from (select oid from owner)
   and nspname in (select split_part(table_name, '.', 1) from fh.table_class)

union all
select 'table.rule', r.name, w.rulename::text
  from relation r
  join pg_rewrite w on w.ev_class = r.oid
 where r.relkind in ('r', 'p')

union all
select 'table.trigger', r.name, g.tgname::text
  from relation r
  join pg_trigger g on g.tgrelid = r.oid
 where not g.tgisinternal

union all
select 'view.not_invoker', r.name, string_agg(l.name, ', ' order by l.name)
  from relation r
  join login l on has_table_privilege(l.oid, r.oid, 'select, insert, update, delete')
               or has_any_column_privilege(l.oid, r.oid, 'select, insert, update')
 where r.relkind = 'v'
   and not exists (select from unnest(r.reloptions) o
                    where o in ('security_invoker=true', 'security_invoker=on',
                                'security_invoker=1', 'security_invoker=yes'))
 group by r.name

union all
select 'view.materialized', r.name, string_agg(l.name, ', ' order by l.name)
  from relation r
  join login l on has_table_privilege(l.oid, r.oid, 'select')
               or has_any_column_privilege(l.oid, r.oid, 'select')
 where r.relkind = 'm'
 group by r.name

union all
select 'sequence.reachable', r.name, string_agg(l.name, ', ' order by l.name)
  from relation r
  join login l on has_sequence_privilege(l.oid, r.oid, 'select, usage, update')
 where r.relkind = 'S'
 group by r.name
)sql";

}  // namespace freehold::db::sql
