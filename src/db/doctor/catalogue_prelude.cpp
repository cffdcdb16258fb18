#include "db/doctor/catalogue.hpp"

namespace freehold::db::sql {

const std::string_view catalogue_prelude = R"sql(
-- What every part of the doctor's catalogue query stands on. The program puts it in front of each
-- part, which selects (rule, object, detail). Runs as fh_owner with an empty search_path, so that
-- names print in full.
with recursive
login (oid, name) as (
  select oid, rolname::text from pg_roles
   where rolname in ('fh_app', 'fh_control', 'fh_auth', 'fh_staff', 'fh_worker', 'fh_mover')
),
owner (oid) as (select oid from pg_roles where rolname = 'fh_owner'),
-- What is granted to a role by name is granted to one of these.
grantee (oid, name) as (
  select oid, name from login
   union all
  select oid, rolname::text from pg_roles where rolname = 'fh_product'
),

-- Everything table-like that is Freehold's: in a schema of fh_owner, owned by it, given a class, or
-- within reach of a login role, whoever made it.
relation as (
  select c.*, n.nspname || '.' || c.relname as name, n.nspowner as schema_owner
    from pg_class c
    join pg_namespace n on n.oid = c.relnamespace
   where c.relkind in ('r', 'p', 'v', 'm', 'f', 'S')
     and n.nspname not in ('pg_catalog', 'information_schema')
     and n.nspname !~ '^pg_(toast|temp_)'
     and (n.nspowner = (select oid from owner)
          or c.relowner = (select oid from owner)
          or exists (select from fh.table_class t where t.table_name = n.nspname || '.' || c.relname)
          or exists (select from login l
                      where has_schema_privilege(l.oid, n.oid, 'usage')
                        and (has_table_privilege(l.oid, c.oid,
                                                 'select, insert, update, delete, truncate')
                             or c.relkind <> 'S' and has_any_column_privilege(
                                  l.oid, c.oid, 'select, insert, update'))))
),
-- Tables with the class of their root: a partition has none of its own.
class_of as (
  select r.oid, r.name, r.relkind, r.relispartition as is_partition, r.relowner, r.relacl,
         r.relrowsecurity, r.relforcerowsecurity, r.relreplident, r.relnamespace,
         t.class, t.plane, t.role, t.insert_only,
         k.attnum as tenant_column, k.attnotnull as tenant_not_null, k.atttypid as tenant_type,
         k.atthasdef as tenant_has_default
    from relation r
    left join fh.table_class t
      on t.table_name = (select root.relnamespace::regnamespace || '.' || root.relname
                           from pg_class root
                          where root.oid = case when r.relispartition
                                                then pg_partition_root(r.oid) else r.oid end)
    left join pg_attribute k
      on k.attrelid = r.oid and k.attname = 'tenant_id' and not k.attisdropped
   where r.relkind in ('r', 'p', 'f')
),
-- Tables whose rows belong to tenants.
tenant_table as (
  select * from class_of where class in ('tenant', 'queue', 'directory', 'rollup', 'fence')
),
-- The roles that act in a plane, and staff, who know the control plane only.
acting (plane, role) as (
  values ('control', 'fh_control'), ('both', 'fh_control'), ('data', 'fh_app'), ('both', 'fh_app')
),
staffed (plane) as (values ('control'), ('both'))
)sql";

}  // namespace freehold::db::sql
