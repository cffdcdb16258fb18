#include "db/doctor/catalogue.hpp"

namespace freehold::db::sql {

const std::string_view catalogue_host = R"sql(
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

union all
select 'host.public_connect', current_database()::text, 'every role of the server may connect'
 where has_database_privilege('public', current_database(), 'connect')

union all
select 'host.default_execute', current_database()::text, 'new functions are callable by everybody'
 where not exists (select from pg_default_acl
                    where defaclrole = (select oid from owner)
                      and defaclobjtype = 'f' and defaclnamespace = 0)
)sql";

}  // namespace freehold::db::sql
