#include "own_tables/catalogue.hpp"

namespace freehold::own_tables::sql {

const std::string_view catalogue_prelude = R"sql(
-- What every part stands on. Runs with an empty search_path, so that names print in full.
with recursive
login (oid, name) as (select oid, rolname::text from pg_roles where rolname = $1),
grantee (oid, name) as (select oid, name from login),
owner (oid) as (select oid from pg_roles where false),
extension_member (classid, objid) as (
  select classid, objid from pg_depend where deptype = 'e'
),
-- Everything table-like within reach of the role, and what has a tenant_id in a schema that it may
-- use: the next grant reaches that.
relation as (
  select c.oid, format('%I.%I', n.nspname, c.relname) as name, c.relkind, c.relispartition,
         c.relowner, c.relacl, c.relrowsecurity, c.relforcerowsecurity, c.relreplident, c.reloptions,
         n.nspname, k.attnum as tenant_column, k.atttypid as tenant_type,
         k.attnotnull as tenant_not_null, k.atthasdef as tenant_has_default,
         has_table_privilege(l.oid, c.oid, 'select')
           or c.relkind <> 'S' and has_any_column_privilege(l.oid, c.oid, 'select') as is_read,
         has_table_privilege(l.oid, c.oid, 'insert, update, delete, truncate')
           or c.relkind <> 'S' and has_any_column_privilege(l.oid, c.oid, 'insert, update')
           as is_written
    from pg_class c
    join pg_namespace n on n.oid = c.relnamespace
    join login l on has_schema_privilege(l.oid, n.oid, 'usage')
    left join pg_attribute k on k.attrelid = c.oid and k.attname = 'tenant_id'
                            and not k.attisdropped and c.relkind in ('r', 'p', 'f')
   where c.relkind in ('r', 'p', 'v', 'm', 'f', 'S')
     and n.nspname not in ('pg_catalog', 'information_schema')
     and n.nspname !~ '^pg_(toast|temp_)'
     and not exists (select from extension_member e
                      where (e.classid, e.objid) = ('pg_class'::regclass, c.oid))
),
-- Freehold's own, when it lives in the same database, is not the product's.
freeholds (oid) as (
  select oid from relation where pg_get_userbyid(relowner) = 'fh_owner'
),
own_table as (
  select oid, name, relkind, relispartition, relowner, relacl, relrowsecurity, relforcerowsecurity,
         relreplident, tenant_column, tenant_type, tenant_not_null, tenant_has_default, is_read,
         is_written
    from relation
   where relkind in ('r', 'p', 'f')
     and oid not in (select oid from freeholds)
     and (is_read or is_written or tenant_column is not null)
),
tenant_table as (
  select oid, name, relkind, relispartition, relowner, relacl, relrowsecurity, relforcerowsecurity,
         relreplident, tenant_column, tenant_type, tenant_not_null, tenant_has_default, is_read,
         is_written
    from own_table
   where tenant_column is not null
),
shared (name) as (select unnest($2::text[])),
-- What a view or materialized view shows, through other views too.
shown (view_oid, oid) as (
  select r.oid, d.refobjid
    from relation r
    join pg_rewrite w on w.ev_class = r.oid
    join pg_depend d on d.classid = 'pg_rewrite'::regclass and d.objid = w.oid
                    and d.refclassid = 'pg_class'::regclass and d.refobjid <> r.oid
   where r.relkind in ('v', 'm')
  union
  select s.view_oid, d.refobjid
    from shown s
    join pg_rewrite w on w.ev_class = s.oid
    join pg_depend d on d.classid = 'pg_rewrite'::regclass and d.objid = w.oid
                    and d.refclassid = 'pg_class'::regclass and d.refobjid <> s.oid
),
-- Tables of tenants' rows that the role itself may not be able to reach.
any_tenant_table (oid) as (
  select a.attrelid
    from pg_attribute a
    join pg_class c on c.oid = a.attrelid and c.relkind in ('r', 'p', 'f')
   where a.attname = 'tenant_id'
     and not a.attisdropped
)
)sql";

const std::string_view tenant_tables = R"sql(
select name
  from tenant_table
 where is_read
   and relkind in ('r', 'p')
   and not relispartition
 order by name
)sql";

}  // namespace freehold::own_tables::sql
