#include "own_tables/catalogue.hpp"

namespace freehold::own_tables::sql {

const std::string_view catalogue_functions = R"sql(
, context (signature) as (
  values ('fh.tid()'), ('fh.enter(uuid)'), ('fh.enter(text)'), ('fh.tenant_uuid(text)')
),
-- What the role can cause to run with more rights than its own: what it may call, and the triggers of
-- the tables that it writes, which nobody has to be allowed to call.
definer (oid, signature, owner) as (
  select p.oid, p.oid::regprocedure::text, p.proowner
    from pg_proc p
    join pg_namespace n on n.oid = p.pronamespace
    join login l on true
   where p.prosecdef
     and n.nspname not in ('pg_catalog', 'information_schema')
     and not exists (select from extension_member e
                      where (e.classid, e.objid) = ('pg_proc'::regclass, p.oid))
     and (has_schema_privilege(l.oid, n.oid, 'usage') and has_function_privilege(l.oid, p.oid, 'execute')
          or exists (select from pg_trigger g
                       join own_table t on t.oid = g.tgrelid and t.is_written
                      where g.tgfoid = p.oid))
)
-- Functions: the tenant's context is what it shall be, and nothing steps over it.
select 'context.missing', c.signature, ''
  from context c
 where to_regprocedure(c.signature) is null

union all
select 'context.denied', c.signature, l.name
  from context c
  join login l on not has_function_privilege(l.oid, to_regprocedure(c.signature), 'execute')
               or not has_schema_privilege(l.oid, to_regnamespace('fh'), 'usage')

union all
select 'context.not_stable', 'fh.tid()', provolatile::text
  from pg_proc
 where oid = to_regprocedure('fh.tid()')
   and provolatile <> 's'

union all
select 'context.changed', 'fh.tid()', btrim(prosrc)
  from pg_proc
 where oid = to_regprocedure('fh.tid()')
   and regexp_replace(prosrc, '\s+', '', 'g')
       <> 'selectnullif(current_setting(''app.current_tenant'',true),'''')::uuid'

union all
select 'context.changed', c.signature, 'runs with its owner''s rights'
  from context c
  join pg_proc p on p.oid = to_regprocedure(c.signature)
 where p.prosecdef

union all
select 'function.definer_unbound', d.signature, r.rolname::text
  from definer d
  join pg_roles r on r.oid = d.owner
 where r.rolsuper or r.rolbypassrls

union all
select 'function.definer', d.signature, r.rolname::text
  from definer d
  join pg_roles r on r.oid = d.owner
 where not (r.rolsuper or r.rolbypassrls)
   and r.rolname <> 'fh_owner'

union all
select 'function.immutable_reads_setting', p.oid::regprocedure::text, ''
  from pg_proc p
  join pg_namespace n on n.oid = p.pronamespace
  join login l on has_schema_privilege(l.oid, n.oid, 'usage')
 where p.provolatile = 'i'
   and n.nspname not in ('pg_catalog', 'information_schema')
   and p.prosrc ~* 'current_setting|fh\.tid'

union all
select 'function.leakproof', p.oid::regprocedure::text, ''
  from pg_proc p
  join pg_namespace n on n.oid = p.pronamespace
 where p.proleakproof
   and n.nspname not in ('pg_catalog', 'information_schema')
   and not exists (select from extension_member e
                    where (e.classid, e.objid) = ('pg_proc'::regclass, p.oid))
)sql";

}  // namespace freehold::own_tables::sql
