#include "db/login_rules.hpp"

namespace freehold::db::sql {

const std::string_view login_role_rules = R"sql(
-- Nobody who serves requests is more than a plain role, or owns what it could then change.
select 'role.attribute', r.rolname::text,
       concat_ws(', ', case when rolsuper then 'superuser' end,
                       case when rolbypassrls then 'bypassrls' end,
                       case when rolcreaterole then 'createrole' end,
                       case when rolcreatedb then 'createdb' end,
                       case when rolreplication then 'replication' end)
  from pg_roles r
 where (r.oid in (select oid from grantee) or r.oid = (select oid from owner))
   and (rolsuper or rolbypassrls or rolcreaterole or rolcreatedb or rolreplication)

union all
select 'role.owns', l.name, pg_describe_object(d.classid, d.objid, d.objsubid)
  from grantee l
  join pg_shdepend d on d.refclassid = 'pg_authid'::regclass and d.refobjid = l.oid
                    and d.deptype = 'o'
 where d.dbid in (0, (select oid from pg_database where datname = current_database()))

union all
select 'role.parameter', l.name, a.privilege_type || ' on parameter ' || p.parname
  from pg_parameter_acl p
 cross join aclexplode(p.paracl) a
  join grantee l on a.grantee in (0, l.oid)
)sql";

const std::string_view login_host_rules = R"sql(
-- The host's ground rules, which close what an injected statement could use. A managed host may not
-- let its admin set them.
select 'host.set_config', current_database()::text, string_agg(name, ', ' order by name)
  from login
 where has_function_privilege(oid, 'pg_catalog.set_config(text,text,boolean)', 'execute')
having count(*) > 0

union all
select 'host.do_blocks', current_database()::text, string_agg(name || ': ' || lanname, ', ' order by name)
  from login
  join pg_language on lanispl and has_language_privilege(login.oid, pg_language.oid, 'usage')
having count(*) > 0

union all
select 'host.temporary_tables', current_database()::text, string_agg(name, ', ' order by name)
  from login
 where has_database_privilege(oid, current_database(), 'temporary')
having count(*) > 0

union all
select 'host.create_in_database', current_database()::text, string_agg(name, ', ' order by name)
  from login
 where has_database_privilege(oid, current_database(), 'create')
having count(*) > 0

union all
select 'host.create_in_schema', n.nspname::text, string_agg(name, ', ' order by name)
  from pg_namespace n
  join login l on has_schema_privilege(l.oid, n.oid, 'create')
 where n.nspowner is distinct from (select oid from owner)
   and n.nspname !~ '^pg_(toast|temp)'
 group by n.nspname
)sql";

}  // namespace freehold::db::sql
