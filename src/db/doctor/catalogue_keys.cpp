#include "db/doctor/catalogue.hpp"

namespace freehold::db::sql {

const std::string_view catalogue_keys = R"sql(
, index_of (oid, name, table_name, class, tenant_nullable, is_unique, is_primary, is_valid, leads,
            has) as (
  select i.indexrelid, c.relnamespace::regnamespace || '.' || c.relname, t.name, t.class,
         not t.tenant_not_null, i.indisunique or i.indisexclusion, i.indisprimary, i.indisvalid,
         i.indkey[0] = t.tenant_column,
         t.tenant_column = any ((i.indkey::int2[])[0 : i.indnkeyatts - 1])
    from tenant_table t
    join pg_index i on i.indrelid = t.oid
    join pg_class c on c.oid = i.indexrelid
   where not t.is_partition
),
declared (name) as (select index_name from fh.worker_index),
foreign_key as (
  select k.oid, k.conname::text as name, k.conrelid, k.confrelid, k.conkey, k.confkey, k.confdeltype,
         k.confdelsetcols
    from pg_constraint k
   where k.contype = 'f'
     and k.conparentid = 0
)
-- Keys: PostgreSQL checks unique and foreign keys without row security, so they must not reach from
-- one tenant to another; and every index leads with the tenant, because every query does.
select 'key.missing', name, ''
  from class_of t
 where class is not null
   and not is_partition
   and not exists (select from pg_index i where i.indrelid = t.oid and i.indisprimary)

union all
select 'key.unique_without_tenant', table_name, name
  from index_of
 where is_unique
   and not has
   and class in ('tenant', 'queue', 'rollup')
   and not (class = 'queue' and name in (select name from declared))
   -- A tenant_id that may be null cannot be part of a primary key.
   and not (class = 'queue' and is_primary and tenant_nullable)

union all
select 'key.primary_not_led_by_tenant', table_name, name
  from index_of
 where is_primary
   and has
   and not leads
   and class in ('tenant', 'queue', 'rollup')
   and not (class = 'queue' and name in (select name from declared))

union all
select 'key.index_not_led_by_tenant', table_name, name
  from index_of
 where not is_primary
   and not (is_unique and not has)
   and not leads
   and class in ('tenant', 'queue')
   and not (class = 'queue' and name in (select name from declared))

union all
select 'key.declaration', d.name,
       case when i.oid is null then 'there is no such index'
            else 'on a ' || i.class || ' table' end
  from declared d
  left join index_of i on i.name = d.name
 where i.class is distinct from 'queue'

union all
select 'key.invalid_index', table_name, name
  from index_of
 where not is_valid

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
  join class_of t on t.oid = k.conrelid
  join tenant_table p on p.oid = k.confrelid
 where t.class in ('private', 'reference')

union all
select 'key.across_modules', t.name, k.name || ' references ' || p.name
  from foreign_key k
  join class_of t on t.oid = k.conrelid
  join relation p on p.oid = k.confrelid
 where t.relnamespace <> p.relnamespace
   and p.name <> 'tenancy.tenant'

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
   and not is_partition

union all
select 'column.enum', t.name, c.attname::text
  from class_of t
  join pg_attribute c on c.attrelid = t.oid and c.attnum > 0 and not c.attisdropped
  join pg_type y on y.oid = c.atttypid and y.typtype = 'e'
 where not t.is_partition

union all
select 'column.sequence', t.name, c.attname::text
  from class_of t
  join pg_attribute c on c.attrelid = t.oid and c.attnum > 0 and not c.attisdropped
  left join pg_attrdef d on d.adrelid = t.oid and d.adnum = c.attnum
 where t.class in ('tenant', 'directory')
   and not t.is_partition
   and (c.attidentity <> '' or pg_get_expr(d.adbin, d.adrelid) ~ 'nextval\(')
)sql";

}  // namespace freehold::db::sql
