// Who may see which rows: the policy, row level security, grants to the product's role, and the
// index that every query of one tenant uses.
#include "own_tables/parts.hpp"

namespace freehold::own_tables {
namespace {

constexpr const char* missing_steps = R"sql(
-- The statements that these tables ($1, oids) still need for the role ($2), in order.
with
product (name, oid) as (
  select quote_ident($2), (select oid from pg_roles where rolname = $2)
),
target (place, oid, name) as (
  select t.place, c.oid, format('%I.%I', n.nspname, c.relname)
    from unnest($1::oid[]) with ordinality t (oid, place)
    join pg_class c on c.oid = t.oid
    join pg_namespace n on n.oid = c.relnamespace
),
-- Each table and its partitions, which nobody is to reach but through the table.
branch (place, oid, name, is_partition, is_secured, acl) as (
  select t.place, c.oid, format('%I.%I', n.nspname, c.relname), c.oid <> t.oid,
         c.relrowsecurity and c.relforcerowsecurity, c.relacl
    from target t
   cross join lateral (select t.oid union select relid from pg_partition_tree(t.oid)) b (oid)
    join pg_class c on c.oid = b.oid
    join pg_namespace n on n.oid = c.relnamespace
),
granted (oid, grantee, privilege) as (
  select b.oid, a.grantee, a.privilege_type
    from branch b
   cross join aclexplode(b.acl) a
),
-- What tells rows apart inside a tenant.
key_of (oid, columns) as (
  select t.oid, string_agg(quote_ident(a.attname), ', ' order by k.place)
    from target t
    join pg_constraint c on c.conrelid = t.oid and c.contype = 'p'
   cross join lateral unnest(c.conkey) with ordinality k (attnum, place)
    join pg_attribute a on a.attrelid = t.oid and a.attnum = k.attnum
   where a.attname <> 'tenant_id'
   group by t.oid
),
step (place, turn, statement, needed) as (
  select t.place, 1,
         case when k.columns is null
              then format('create index on %s (tenant_id)', t.name)
              else format('create unique index on %s (tenant_id, %s)', t.name, k.columns) end,
         not exists (select from pg_index i
                       join pg_attribute a on a.attrelid = i.indrelid and a.attnum = i.indkey[0]
                      where i.indrelid = t.oid and a.attname = 'tenant_id' and i.indpred is null)
    from target t
    left join key_of k on k.oid = t.oid
  union all
  select t.place, 2,
         format('create policy tenant on %s using (tenant_id = fh.tid())'
                ' with check (tenant_id = fh.tid())', t.name),
         not exists (select from pg_policy p
                      where p.polrelid = t.oid and p.polpermissive and p.polcmd = '*'
                        and (p.polroles = '{0}' or p.polroles @> array[r.oid]))
    from target t, product r
  union all
  select b.place, 3,
         format('alter table %s enable row level security, force row level security', b.name),
         not b.is_secured
    from branch b
  union all
  select b.place, 4, format('revoke all on %s from public', b.name), true
    from branch b
   where exists (select from granted g where g.oid = b.oid and g.grantee = 0)
  union all
  select b.place, 5, format('revoke all on %s from %s', b.name, p.name), true
    from branch b, product p
   where b.is_partition
     and exists (select from granted g where (g.oid, g.grantee) = (b.oid, p.oid))
  union all
  select t.place, 6,
         format('revoke %s on %s from %s', lower(string_agg(g.privilege, ', ' order by g.privilege)),
                t.name, p.name),
         true
    from target t
   cross join product p
    join granted g on (g.oid, g.grantee) = (t.oid, p.oid)
   where g.privilege in ('TRUNCATE', 'REFERENCES', 'TRIGGER')
   group by t.place, t.name, p.name
  union all
  select t.place, 7, format('grant select, insert, update, delete on %s to %s', t.name, p.name),
         not coalesce(has_table_privilege(p.oid, t.oid, 'select, insert, update, delete'), false)
    from target t, product p
  union all
  -- The counters of serial columns; those of identity columns need no grant.
  select t.place, 8, format('grant usage on sequence %s to %s', d.objid::regclass, p.name),
         case s.relkind when 'S' then not coalesce(has_sequence_privilege(p.oid, s.oid, 'usage'), false)
              else false end
    from target t
   cross join product p
    join pg_depend d on d.refclassid = 'pg_class'::regclass and d.refobjid = t.oid
                    and d.classid = 'pg_class'::regclass and d.deptype = 'a'
    join pg_class s on s.oid = d.objid
)
select place, statement
  from step
 where needed
 order by place, turn, statement
)sql";

}  // namespace

void secure_tables(Work& work, Script& script) {
  std::string place;
  for (const db::TextRow& row :
       work.connection.run(missing_steps, {oids_of(work.tables), work.request.role})) {
    if (row[0] != place) {
      place = row[0];
      const Table& table = work.tables[std::stoul(place) - 1];
      script.push_back({"Who may see the rows of " + table.name + ".", {}});
    }
    script.back().statements.push_back(row[1]);
  }
}

}  // namespace freehold::own_tables
