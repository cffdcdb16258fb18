-- Deleting what a tenant has stored: table by table, by the class of each, so that a new one is deleted
-- without anybody's doing. What is kept, and why, is on one list (moving/purge.cpp).

-- Every table with rows of tenants, those first that others are not referred to from.
create function tenancy.tables_of_tenants() returns table (name text)
language sql stable security definer as $$
  with recursive mine as (
    select t.table_name, to_regclass(t.table_name)::oid as id
      from fh.table_class t
     where t.class in ('tenant', 'queue', 'directory', 'rollup')
  ),
  below (id, depth) as (
    select m.id, 0 from mine m
     union
    select c.conrelid, b.depth + 1
      from below b
      join pg_constraint c on c.confrelid = b.id and c.contype = 'f' and c.conrelid <> c.confrelid
     where b.depth < 16
  )
  select m.table_name
    from mine m
    join below b on b.id = m.id
   group by m.table_name
   order by max(b.depth) desc, m.table_name $$;
select fh.allow_function('tenancy.tables_of_tenants()', 'fh_mover');

-- Deletes at most so many rows of the entered tenant; how many it were. It runs with the rights of who
-- calls it, under row level security.
create function tenancy.purge_rows(target text, which text, most integer) returns bigint
language plpgsql as $$
declare
  deleted bigint;
begin
  execute format('delete from %1$s where ctid = any (array('
                 'select ctid from %1$s where tenant_id = fh.tid() and (%2$s) limit %3$s))',
                 target::regclass, which, most);
  get diagnostics deleted = row_count;
  return deleted;
end $$;
revoke all on function tenancy.purge_rows(text, text, integer) from public;
grant execute on function tenancy.purge_rows(text, text, integer) to fh_mover;

-- How many that would be.
create function tenancy.count_rows(target text, which text) returns bigint
language plpgsql stable as $$
declare
  found_rows bigint;
begin
  execute format('select count(*) from %s where tenant_id = fh.tid() and (%s)',
                 target::regclass, which) into found_rows;
  return found_rows;
end $$;
revoke all on function tenancy.count_rows(text, text) from public;
grant execute on function tenancy.count_rows(text, text) to fh_mover;
