#include "own_tables/catalogue.hpp"

namespace freehold::own_tables::sql {

const std::string_view catalogue_roles = R"sql(
, can_become (oid) as (
  select m.roleid from pg_auth_members m join login l on l.oid = m.member
  union
  select m.roleid from can_become b join pg_auth_members m on m.member = b.oid
)
select 'role.missing', $1, ''
 where not exists (select from login)

union all
select 'role.member', l.name,
       'is a member of ' || g.rolname ||
       case when g.rolsuper then ', a superuser'
            when g.rolbypassrls then ', which bypasses row level security'
            when g.rolname ~ '^pg_' then ', a role of the server''s own'
            else ', which owns ' || (select min(name) from own_table where relowner = g.oid) end
  from login l
 cross join can_become b
  join pg_roles g on g.oid = b.oid
 where g.rolsuper
    or g.rolbypassrls
    or g.rolname ~ '^pg_'
    or exists (select from own_table where relowner = g.oid)

union all
select 'role.preset', coalesce(r.rolname, 'every role') || ' in ' ||
                      coalesce(d.datname, 'every database'), setting
  from pg_db_role_setting s
  left join pg_roles r on r.oid = s.setrole
  left join pg_database d on d.oid = s.setdatabase,
       unnest(s.setconfig) setting
 where setting ~* '^(app\.current_tenant|fh\.|role=|row_security|session_replication_role)'
   and (s.setdatabase = 0 or d.datname = current_database())
   and (s.setrole = 0 or s.setrole in (select oid from login))
)sql";

}  // namespace freehold::own_tables::sql
