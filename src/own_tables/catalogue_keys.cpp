#include "own_tables/catalogue.hpp"

namespace freehold::own_tables::sql {

const std::string_view catalogue_keys = R"sql(
-- Keys: PostgreSQL checks unique and foreign keys without row security. What they let through is not
-- a row, but that there is one. Numbers and uuids that mean nothing give nothing away.
, index_of (oid, name, table_name, is_unique, is_primary, leads, has, is_surrogate) as (
  select i.indexrelid, format('%I.%I', n.nspname, c.relname), t.name,
         i.indisunique or i.indisexclusion, i.indisprimary, i.indkey[0] = t.tenant_column,
         t.tenant_column = any ((i.indkey::int2[])[0 : i.indnkeyatts - 1]),
         i.indexprs is null
           and not exists (select from unnest((i.indkey::int2[])[0 : i.indnkeyatts - 1]) k (attnum)
                             join pg_attribute a on a.attrelid = t.oid and a.attnum = k.attnum
                            where a.atttypid not in ('int4'::regtype, 'int8'::regtype,
                                                     'int2'::regtype, 'uuid'::regtype)
                              and not a.attnum = any (partition.columns))
    from tenant_table t
    join pg_index i on i.indrelid = t.oid
    join pg_class c on c.oid = i.indexrelid
    join pg_namespace n on n.oid = c.relnamespace
   -- A partitioned table's keys have to hold what it is divided by.
   cross join lateral (select coalesce((select partattrs::int2[] from pg_partitioned_table
                                         where partrelid = t.oid), '{}') as columns) partition
   where not t.relispartition
     and not exists (select from shared s where s.name = format('%I.%I', n.nspname, c.relname))
),
foreign_key as (
  select k.conname::text as name, k.conrelid, k.confrelid, k.conkey, k.confkey, k.confdeltype,
         k.confdelsetcols
    from pg_constraint k
   where k.contype = 'f'
     and k.conparentid = 0
)
select 'key.missing', name, ''
  from tenant_table t
 where not relispartition
   and not exists (select from pg_index i where i.indrelid = t.oid and i.indisprimary)

union all
select 'key.unique_without_tenant', table_name, name
  from index_of
 where is_unique
   and not has
   and not is_surrogate

union all
select 'key.surrogate_without_tenant', table_name, name
  from index_of
 where is_unique
   and not has
   and is_surrogate

union all
select 'key.primary_not_led_by_tenant', table_name, name
  from index_of
 where is_primary
   and has
   and not leads

union all
select 'key.index_not_led_by_tenant', table_name, name
  from index_of
 where not is_primary
   and not (is_unique and not has)
   and not leads

union all
select 'key.foreign_without_tenant', t.name, k.name
  from foreign_key k
  join tenant_table t on t.oid = k.conrelid
  join tenant_table p on p.oid = k.confrelid
 where not exists (select from generate_subscripts(k.conkey, 1) s
                    where k.conkey[s] = t.tenant_column and k.confkey[s] = p.tenant_column)

union all
select 'key.global_to_tenant', t.name, k.name
  from foreign_key k
  join own_table t on t.oid = k.conrelid
  join tenant_table p on p.oid = k.confrelid
 where t.tenant_column is null

union all
select 'key.null_on_tenant', t.name, k.name
  from foreign_key k
  join tenant_table t on t.oid = k.conrelid
 where k.confdeltype in ('n', 'd')
   and t.tenant_column = any (k.conkey)
   and (k.confdelsetcols is null or t.tenant_column = any (k.confdelsetcols))

union all
select 'key.replica_identity', name, relreplident::text
  from tenant_table
 where relreplident = 'n'
   and not relispartition
)sql";

}  // namespace freehold::own_tables::sql
