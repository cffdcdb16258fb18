#include "db/doctor/catalogue.hpp"

namespace freehold::db::sql {

const std::string_view catalogue_roles = R"sql(
-- Roles: nobody who serves requests is more than a plain role, or can become more.
select 'role.missing', name, ''
  from unnest(array['fh_owner', 'fh_app', 'fh_control', 'fh_auth', 'fh_staff', 'fh_worker',
                    'fh_mover', 'fh_product']) name
 where not exists (select from pg_roles where rolname = name)

union all
select 'role.login', rolname::text, case when rolcanlogin then 'can log in' else 'cannot log in' end
  from pg_roles
 where (oid = (select oid from owner) and rolcanlogin)
    or (rolname = 'fh_product' and rolcanlogin)
    or (oid in (select oid from login) and not rolcanlogin)

union all
select 'role.member', l.name, 'is a member of ' || g.rolname
  from grantee l
  join pg_auth_members m on m.member = l.oid
  join pg_roles g on g.oid = m.roleid

union all
select 'role.member', 'fh_owner', 'is a member of ' || g.rolname
  from pg_auth_members m
  join pg_roles g on g.oid = m.roleid
 where m.member = (select oid from owner)

union all
-- Whoever asks is the admin, who has to be able to become fh_owner; a superuser can anyway.
select 'role.acted_by', g.rolname::text, 'can be taken on by ' || u.rolname
  from pg_auth_members m
  join pg_roles g on g.oid = m.roleid
  join pg_roles u on u.oid = m.member
 where (m.roleid in (select oid from login) or m.roleid = (select oid from owner))
   and m.member not in (select oid from login)
   and u.rolname <> session_user
   and not u.rolsuper

union all
select 'role.preset', coalesce(r.rolname, 'every role') || ' in ' ||
                      coalesce(d.datname, 'every database'), setting
  from pg_db_role_setting s
  left join pg_roles r on r.oid = s.setrole
  left join pg_database d on d.oid = s.setdatabase,
       unnest(s.setconfig) setting
 where setting ~* '^(app\.|fh\.|role=|row_security|session_replication_role|search_path)'
   and (s.setdatabase = 0 or d.datname = current_database())
   and (s.setrole = 0 or s.setrole in (select oid from login) or s.setrole = (select oid from owner))
)sql";

}  // namespace freehold::db::sql
