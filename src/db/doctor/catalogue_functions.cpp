#include "db/doctor/catalogue.hpp"

namespace freehold::db::sql {

const std::string_view catalogue_functions = R"sql(
, ours as (
  select p.*, p.oid::regprocedure::text as signature
    from pg_proc p
    join pg_namespace n on n.oid = p.pronamespace
   where n.nspname not in ('pg_catalog', 'information_schema')
     and (n.nspowner = (select oid from owner) or p.proowner = (select oid from owner))
),
-- The functions that hold the tenant's context, and who may call them.
context (signature, roles) as (
  values ('fh.tid()',                array['fh_app', 'fh_control', 'fh_mover', 'fh_staff', 'fh_worker']),
         ('fh.enter(uuid)',          array['fh_app', 'fh_control', 'fh_mover', 'fh_staff', 'fh_worker']),
         ('fh.enter(text)',          array['fh_app', 'fh_control', 'fh_mover', 'fh_staff', 'fh_worker']),
         ('fh.tenant_uuid(text)',    array['fh_app', 'fh_control', 'fh_mover', 'fh_staff', 'fh_worker']),
         ('fh.create_tenant(uuid)',  array['fh_control'])
),
callers (signature, roles) as (
  select p.signature, coalesce(array_agg(l.name order by l.name), array[]::text[])
    from ours p
    join login l on has_function_privilege(l.oid, p.oid, 'execute')
   group by p.signature
),
-- Security definer functions within reach of a login role, whoever made them, and all of ours.
definer as (
  select p.oid, p.oid::regprocedure::text as signature, p.proowner, p.proconfig, p.proacl
    from pg_proc p
    join pg_namespace n on n.oid = p.pronamespace
   where p.prosecdef
     and n.nspname not in ('pg_catalog', 'information_schema')
     and (n.nspowner = (select oid from owner) or p.proowner = (select oid from owner)
          or exists (select from login l
                      where has_schema_privilege(l.oid, n.oid, 'usage')
                        and has_function_privilege(l.oid, p.oid, 'execute')))
)
-- Functions: the tenant's context is what the program thinks it is, and nothing runs with more rights
-- than its caller unless it is on the list.
select 'context.missing', c.signature, ''
  from context c
 where not exists (select from ours p where p.signature = c.signature)

union all
select 'context.granted', c.signature, coalesce(array_to_string(g.roles, ', '), 'nobody')
  from context c
  left join callers g on g.signature = c.signature
 where g.roles is distinct from c.roles

union all
select 'context.not_stable', signature, p.provolatile::text
  from ours p
 where signature = 'fh.tid()'
   and provolatile <> 's'

union all
select 'context.changed', signature, btrim(prosrc)
  from ours
 where signature = 'fh.tid()'
   and regexp_replace(prosrc, '\s+', '', 'g')
       <> 'selectnullif(current_setting(''app.current_tenant'',true),'''')::uuid'

union all
select 'context.changed', signature, 'runs with its owner''s rights'
  from ours
 where signature in (select signature from context)
   and prosecdef

union all
select 'function.definer_unlisted', signature, pg_get_userbyid(proowner)
  from definer d
 where signature not in (select signature from fh.definer_function)

union all
select 'function.definer_owner', signature, pg_get_userbyid(proowner)
  from definer
 where proowner is distinct from (select oid from owner)

union all
select 'function.definer_search_path', signature, coalesce(array_to_string(proconfig, ', '), 'none')
  from definer
 where not coalesce('search_path=pg_catalog, pg_temp' = any (proconfig), false)

union all
select 'function.definer_granted', d.signature, coalesce(r.rolname, 'public')
  from definer d
  join fh.definer_function f on f.signature = d.signature
 cross join aclexplode(coalesce(d.proacl, acldefault('f', d.proowner))) a
  left join pg_roles r on r.oid = a.grantee
 where a.grantee <> d.proowner
   and coalesce(r.rolname, 'public') <> all (f.roles)

union all
select 'function.gone', f.signature, ''
  from fh.definer_function f
 where not exists (select from definer d where d.signature = f.signature)

union all
select 'function.public', signature, ''
  from ours
 where has_function_privilege('public', oid, 'execute')

union all
select 'function.immutable_reads_setting', signature, ''
  from ours
 where provolatile = 'i'
   and prosrc ~* 'current_setting|fh\.tid'

union all
select 'function.leakproof', p.oid::regprocedure::text, ''
  from pg_proc p
  join pg_namespace n on n.oid = p.pronamespace
 where p.proleakproof
   and n.nspname not in ('pg_catalog', 'information_schema')
)sql";

}  // namespace freehold::db::sql
