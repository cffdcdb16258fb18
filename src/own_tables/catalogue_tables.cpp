#include "own_tables/catalogue.hpp"

namespace freehold::own_tables::sql {

const std::string_view catalogue_tables = R"sql(
-- Tables: each row that the product writes belongs to a tenant, or is shared on purpose.
select 'table.unclassified', name, ''
  from own_table
 where tenant_column is null
   and is_written
   and not relispartition
   and name not in (select name from shared)

union all
select 'table.foreign', name, ''
  from tenant_table
 where relkind = 'f'

union all
select 'table.rls_off', name, ''
  from tenant_table
 where not relrowsecurity
   and relkind <> 'f'
   and (not relispartition or is_read or is_written)

union all
select 'table.rls_not_forced', name, ''
  from tenant_table
 where relrowsecurity
   and not relforcerowsecurity
   and (not relispartition or is_read or is_written)

union all
select 'table.tenant_type', name, format_type(tenant_type, null)
  from tenant_table
 where tenant_type <> 'uuid'::regtype

union all
select 'table.tenant_nullable', name, ''
  from tenant_table
 where not tenant_not_null
   and not relispartition

union all
select 'table.tenant_default', name, ''
  from tenant_table
 where tenant_has_default
   and not relispartition

union all
select 'table.rule', t.name, w.rulename::text
  from tenant_table t
  join pg_rewrite w on w.ev_class = t.oid

union all
select 'table.trigger', t.name, g.tgname::text
  from tenant_table t
  join pg_trigger g on g.tgrelid = t.oid
 where not g.tgisinternal
   and not t.relispartition

union all
select 'view.not_invoker', r.name, ''
  from relation r
 where r.relkind = 'v'
   and (r.is_read or r.is_written)
   and exists (select from shown s where s.view_oid = r.oid and s.oid in (select oid from any_tenant_table))
   and not exists (select from unnest(r.reloptions) o
                    where o in ('security_invoker=true', 'security_invoker=on',
                                'security_invoker=1', 'security_invoker=yes'))

union all
select 'view.materialized', r.name, ''
  from relation r
 where r.relkind = 'm'
   and r.is_read
   and exists (select from shown s where s.view_oid = r.oid and s.oid in (select oid from any_tenant_table))

union all
select 'sequence.reachable', r.name, p.privilege
  from relation r
  join login l on true
 cross join unnest(array['select', 'update']) p (privilege)
 where r.relkind = 'S'
   and has_sequence_privilege(l.oid, r.oid, p.privilege)

union all
select 'column.enum', t.name, c.attname::text
  from tenant_table t
  join pg_attribute c on c.attrelid = t.oid and c.attnum > 0 and not c.attisdropped
  join pg_type y on y.oid = c.atttypid and y.typtype = 'e'
 where not t.relispartition

union all
select 'column.sequence', t.name, c.attname::text
  from tenant_table t
  join pg_attribute c on c.attrelid = t.oid and c.attnum > 0 and not c.attisdropped
  left join pg_attrdef d on d.adrelid = t.oid and d.adnum = c.attnum
 where not t.relispartition
   and (c.attidentity <> '' or pg_get_expr(d.adbin, d.adrelid) ~ 'nextval\(')
)sql";

const std::string_view catalogue_policies = R"sql(
-- The policies that hold for the role: its own, everybody's, and those of roles it may act as.
, policy (table_oid, table_name, name, permissive, command, using_rows, check_rows) as (
  select t.oid, t.name, p.polname::text, p.polpermissive, p.polcmd::text,
         pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid)
    from tenant_table t
    join pg_policy p on p.polrelid = t.oid
    join login l on true
   where exists (select from unnest(p.polroles) r (oid)
                  where r.oid = 0 or pg_has_role(l.oid, r.oid, 'member'))
),
-- The words that are right, and those that are right on one machine. Without a check, PostgreSQL
-- checks new rows by the same words that it shows rows by.
wording (text, is_plain) as (
  values ('(tenant_id = fh.tid())', true), ('(tenant_id = ( SELECT fh.tid() AS tid))', false)
),
right_one (table_oid, table_name, name, command, is_plain) as (
  select table_oid, table_name, name, command,
         coalesce(u.is_plain, true) and coalesce(c.is_plain, true)
    from policy p
    left join wording u on u.text = p.using_rows
    left join wording c on c.text = p.check_rows
   where p.permissive
     and (p.using_rows is null) = (u.text is null)
     and (p.check_rows is null) = (c.text is null)
     and coalesce(u.text, c.text) is not null
)
select 'policy.missing', t.name, 'for ' || string_agg(c.command, ', ' order by c.command)
  from tenant_table t
 cross join (values ('r', 'select'), ('a', 'insert'), ('w', 'update'), ('d', 'delete'))
              c (letter, command)
 where not t.relispartition
   and t.relkind <> 'f'
   and not exists (select from right_one r where r.table_oid = t.oid and r.command in ('*', c.letter))
 group by t.name

union all
select 'policy.unknown', p.table_name, p.name || ': ' || coalesce(p.using_rows, p.check_rows, 'none')
  from policy p
 where p.permissive
   and not exists (select from right_one r where (r.table_oid, r.name) = (p.table_oid, p.name))

union all
select 'policy.sub_select', table_name, name
  from right_one
 where not is_plain

union all
select 'policy.restrictive', table_name, name
  from policy
 where not permissive
)sql";

const std::string_view catalogue_grants = R"sql(
-- Grants: rows may be read and written, nothing may be done to the table as a whole.
select 'grant.excess', t.name, upper(p.privilege)
  from tenant_table t
  join login l on true
 cross join unnest(array['truncate', 'references', 'trigger']) p (privilege)
 where has_table_privilege(l.oid, t.oid, p.privilege)
   and t.relowner <> l.oid

union all
select 'grant.partition', name, ''
  from tenant_table
 where relispartition
   and (is_read or is_written)

union all
select 'grant.public', t.name, string_agg(distinct a.privilege_type, ', ')
  from tenant_table t
 cross join aclexplode(t.relacl) a
 where a.grantee = 0
 group by t.name

union all
select 'grant.freehold', r.name, ''
  from relation r
 where r.oid in (select oid from freeholds)
   and (r.is_read or r.is_written)
   and r.name <> 'fh.tenant_fence'

union all
select 'grant.system', c.relname::text, l.name || ': ' || a.privilege_type
  from pg_class c
 cross join aclexplode(c.relacl) a
  join login l on l.oid = a.grantee
 where c.relnamespace in ('pg_catalog'::regnamespace, 'information_schema'::regnamespace)

union all
select 'grant.system', p.oid::regprocedure::text, l.name
  from pg_proc p
 cross join aclexplode(p.proacl) a
  join login l on l.oid = a.grantee
 where p.pronamespace in ('pg_catalog'::regnamespace, 'information_schema'::regnamespace)
   and p.oid <> 'pg_catalog.set_config(text,text,boolean)'::regprocedure

union all
select 'grant.default', coalesce(n.nspname::text, 'every schema'),
       pg_get_userbyid(d.defaclrole) || ' gives ' || string_agg(a.privilege_type, ', ')
  from pg_default_acl d
  left join pg_namespace n on n.oid = d.defaclnamespace
 cross join aclexplode(d.defaclacl) a
 where d.defaclobjtype = 'r'
   and (a.grantee = 0 or a.grantee in (select oid from login))
 group by n.nspname, d.defaclrole

union all
select 'schema.create', 'fh', l.name
  from login l
 where has_schema_privilege(l.oid, to_regnamespace('fh'), 'create')
)sql";

}  // namespace freehold::own_tables::sql
