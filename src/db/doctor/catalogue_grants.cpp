#include "db/doctor/catalogue.hpp"

namespace freehold::db::sql {

const std::string_view catalogue_grants = R"sql(
, expected (table_oid, role, privilege) as (
  select distinct t.oid, g.role, upper(btrim(privilege))
    from class_of t
   cross join lateral (
     select role, case when t.insert_only then 'select,insert' else 'select,insert,update,delete' end
       from acting
      where plane = t.plane and t.class in ('tenant', 'queue', 'directory', 'rollup')
      union all
     select 'fh_staff', case when t.insert_only then 'select,insert' else 'select' end
       from staffed
      where plane = t.plane and t.class in ('tenant', 'queue', 'directory')
      union all
     select 'fh_mover', 'select,insert,update,delete'
      where t.class in ('tenant', 'queue', 'directory', 'rollup')
      union all
     select 'fh_worker', 'select,insert,update,delete'
      where t.class in ('queue', 'rollup', 'reference')
      union all
     select unnest(array['fh_auth', 'fh_staff']), 'insert'
      where t.class = 'queue' and not t.tenant_not_null and t.plane <> 'data'
      union all
     select 'fh_staff', 'select'
      where t.class = 'rollup'
      union all
     select t.role, 'select,insert,update,delete'
      where t.class = 'private'
      union all
     select unnest(array['fh_app', 'fh_control', 'fh_auth', 'fh_staff', 'fh_mover']), 'select'
      where t.class = 'reference'
      union all
     select unnest(array['fh_app', 'fh_control', 'fh_staff', 'fh_worker', 'fh_mover',
                         'fh_product']), 'select'
      where t.class = 'fence'
      union all
     select 'fh_control', 'insert'
      where t.class = 'fence'
   ) g (role, privileges)
   cross join lateral string_to_table(g.privileges, ',') privilege
   where not t.is_partition
),
-- Granted to a role by name, on the table or on one of its columns.
granted (table_oid, table_name, is_partition, grantee, privilege, grantable, partly) as (
  select t.oid, t.name, t.is_partition, a.grantee, a.privilege_type, a.is_grantable, ''
    from class_of t
   cross join aclexplode(t.relacl) a
   where a.grantee is distinct from t.relowner
   union all
  select t.oid, t.name, t.is_partition, a.grantee, a.privilege_type, a.is_grantable,
         ' of ' || c.attname
    from class_of t
    join pg_attribute c on c.attrelid = t.oid and c.attacl is not null
   cross join aclexplode(c.attacl) a
   where a.grantee is distinct from t.relowner
)
-- Grants: exactly those of the table's class.
select 'grant.excess', g.table_name, r.name || ': ' || g.privilege || g.partly ||
                                     case when g.grantable then ' with grant option' else '' end
  from granted g
  join grantee r on r.oid = g.grantee
 where not g.is_partition
   and (g.grantable
        or not exists (select from expected e
                        where (e.table_oid, e.role, e.privilege)
                            = (g.table_oid, r.name, g.privilege)))

union all
select 'grant.missing', t.name, e.role || ': ' || e.privilege
  from expected e
  join class_of t on t.oid = e.table_oid
  join grantee l on l.name = e.role
 where not has_table_privilege(l.oid, e.table_oid, e.privilege)
    or not has_schema_privilege(l.oid, t.relnamespace, 'usage')

union all
select 'grant.partition', g.table_name, coalesce(r.rolname, 'public') || ': ' || g.privilege
  from granted g
  left join pg_roles r on r.oid = g.grantee
 where g.is_partition

union all
select 'grant.public', g.table_name, g.privilege || g.partly
  from granted g
 where g.grantee = 0
   and not g.is_partition

union all
select 'grant.stranger', g.table_name, r.rolname || ': ' || g.privilege || g.partly
  from granted g
  join pg_roles r on r.oid = g.grantee
 where g.grantee not in (select oid from grantee)
   and g.grantee is distinct from (select oid from owner)
   and not g.is_partition

union all
select 'grant.public', r.name, a.privilege_type
  from relation r
 cross join aclexplode(r.relacl) a
 where r.relkind in ('v', 'm', 'S')
   and a.grantee = 0

union all
-- Of PostgreSQL's own; set_config has a rule of its own.
select 'grant.system', c.relname::text, l.name || ': ' || a.privilege_type
  from pg_class c
 cross join aclexplode(c.relacl) a
  join grantee l on l.oid = a.grantee
 where c.relnamespace in ('pg_catalog'::regnamespace, 'information_schema'::regnamespace)

union all
select 'grant.system', p.oid::regprocedure::text, l.name
  from pg_proc p
 cross join aclexplode(p.proacl) a
  join grantee l on l.oid = a.grantee
 where p.pronamespace in ('pg_catalog'::regnamespace, 'information_schema'::regnamespace)
   and p.oid <> 'pg_catalog.set_config(text,text,boolean)'::regprocedure

union all
select 'grant.default', coalesce(r.rolname, 'public'),
       a.privilege_type || ' on future objects of type ' || d.defaclobjtype::text
  from pg_default_acl d
 cross join aclexplode(d.defaclacl) a
  left join pg_roles r on r.oid = a.grantee
 where d.defaclrole = (select oid from owner)
   and a.grantee <> d.defaclrole

union all
select 'schema.create', n.nspname::text, l.name
  from pg_namespace n
  join grantee l on has_schema_privilege(l.oid, n.oid, 'create')
 where n.nspowner = (select oid from owner)
)sql";

}  // namespace freehold::db::sql
