#include "db/doctor/catalogue.hpp"

namespace freehold::db::sql {

const std::string_view catalogue_policies = R"sql(
, expected (table_oid, table_name, policy, command, roles, using_rows, check_rows) as (
  select t.oid, t.name, p.policy, p.command,
         (select array_agg(r order by r) from unnest(p.roles) r), p.using_rows, p.check_rows
    from class_of t
   cross join lateral (
     select 'tenant', '*',
            (select array_agg(role) from acting where plane = t.plane)
              || array(select 'fh_staff' from staffed where plane = t.plane) || array['fh_mover'],
            '(tenant_id = fh.tid())', '(tenant_id = fh.tid())'
      where t.class in ('tenant', 'queue', 'directory')
      union all
     select 'tenant', '*',
            (select array_agg(role) from acting where plane = t.plane) || array['fh_mover'],
            '(tenant_id = fh.tid())', '(tenant_id = fh.tid())'
      where t.class = 'rollup'
      union all
     select 'tenant', '*', array['fh_app', 'fh_control', 'fh_staff', 'fh_worker', 'fh_mover',
                                 'fh_product'],
            '(tenant_id = fh.tid())', '(tenant_id = fh.tid())'
      where t.class = 'fence'
      union all
     select 'worker', '*', array['fh_worker'], 'true', 'true'
      where t.class in ('queue', 'rollup')
      union all
     select 'no_tenant', 'a', array['fh_auth', 'fh_staff'], null, '(tenant_id IS NULL)'
      where t.class = 'queue' and not t.tenant_not_null and t.plane <> 'data'
      union all
     select 'staff', 'r', array['fh_staff'], 'true', null
      where t.class = 'rollup'
      union all
     select 'lookup', 'r', array['fh_owner'], 'true', null
      where t.class = 'directory'
      union all
     select 'private', '*', array[t.role, 'fh_owner'], 'true', 'true'
      where t.class = 'private'
   ) p (policy, command, roles, using_rows, check_rows)
   where not t.is_partition
),
actual (table_oid, table_name, policy, command, permissive, roles, using_rows, check_rows) as (
  select t.oid, t.name, p.polname::text, p.polcmd::text, p.polpermissive,
         (select array_agg(coalesce(r.rolname::text, 'public') order by coalesce(r.rolname, 'public'))
            from unnest(p.polroles) o left join pg_roles r on r.oid = o),
         pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid)
    from class_of t
    join pg_policy p on p.polrelid = t.oid
   where t.class is not null
)
-- Policies: exactly those of the table's class, in exactly its words.
select 'policy.missing', e.table_name, e.policy
  from expected e
 where not exists (select from actual a where (a.table_oid, a.policy) = (e.table_oid, e.policy))

union all
select 'policy.unknown', a.table_name, a.policy
  from actual a
 where not exists (select from expected e where (e.table_oid, e.policy) = (a.table_oid, a.policy))

union all
select 'policy.restrictive', table_name, policy
  from actual
 where not permissive

union all
select 'policy.command', a.table_name, a.policy
  from actual a
  join expected e using (table_oid, policy)
 where a.command <> e.command

union all
select 'policy.roles', a.table_name, a.policy || ' for ' || array_to_string(a.roles, ', ')
  from actual a
  join expected e using (table_oid, policy)
 where a.roles <> e.roles

union all
select 'policy.using', a.table_name, a.policy || ': ' || coalesce(a.using_rows, 'none')
  from actual a
  join expected e using (table_oid, policy)
 where a.using_rows is distinct from e.using_rows

union all
select 'policy.check', a.table_name, a.policy || ': ' || coalesce(a.check_rows, 'none')
  from actual a
  join expected e using (table_oid, policy)
 where a.check_rows is distinct from e.check_rows
)sql";

}  // namespace freehold::db::sql
