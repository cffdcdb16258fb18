-- Who may see which rows of a table is a property of the table, said once where it is made:
--
--   select fh.protect('billing.mirror', 'tenant');
--
--   tenant     a tenant's rows: only inside that tenant
--   queue      the same, and fh_worker sees all; rows of no tenant are allowed (tenant_id null)
--   directory  what is looked up before the tenant is known: written inside the tenant, read across
--              tenants only by listed functions that match exactly (fh.allow_function)
--   rollup     figures for staff lists: written by fh_worker and inside the tenant, read by fh_staff
--   private    no tenant's: exactly one role may touch it, named as the third argument
--   reference  no tenant's: every role reads, fh_worker writes
--
-- The plane decides whose tables they are: fh_control's, fh_app's, or both roles' (tables that every
-- database has a copy of). The migrator sets it from the migration's folder. What the classes mean is
-- stated a second time in the doctor, which compares it with what PostgreSQL has.

create table fh.table_class (
  table_name   text    not null,
  class        text    not null,
  plane        text    not null,
  role         text,
  insert_only  boolean not null default false,

  constraint one_class_per_table        primary key (table_name),
  constraint class_is_known             check (class in ('tenant', 'queue', 'directory', 'rollup',
                                               'private', 'reference', 'fence', 'internal')),
  constraint plane_is_known             check (plane in ('both', 'control', 'data')),
  constraint private_tables_name_a_role check ((class = 'private') = (role is not null)),
  constraint tenants_share_no_private   check (role in ('fh_auth', 'fh_staff', 'fh_worker')),
  constraint insert_only_where_inserted check (not insert_only or class in ('tenant', 'queue'))
);

-- Functions that run as fh_owner, and who may call them. The only way around a table's class.
create table fh.definer_function (
  signature  text   not null,
  roles      text[] not null,

  constraint one_entry_per_function primary key (signature)
);

-- Indexes of queue tables that do not lead with tenant_id, because fh_worker looks across tenants.
create table fh.worker_index (
  index_name  text not null,
  why         text not null,

  constraint one_entry_per_index primary key (index_name)
);

insert into fh.table_class (table_name, class, plane) values
  ('fh.migration',        'internal', 'both'),
  ('fh.table_class',      'internal', 'both'),
  ('fh.definer_function', 'internal', 'both'),
  ('fh.worker_index',     'internal', 'both'),
  ('fh.tenant_fence',     'fence',    'both');

create function fh.qualified_name(target regclass) returns text language sql stable as $$
  select n.nspname || '.' || c.relname
    from pg_class c
    join pg_namespace n on n.oid = c.relnamespace
   where c.oid = target $$;

-- The roles that work in a plane, and the ones that only the control plane knows.
create function fh.plane_roles(plane text) returns text[] language sql immutable as $$
  select case plane when 'control' then array['fh_control']
                    when 'data'    then array['fh_app']
                    when 'both'    then array['fh_control', 'fh_app'] end $$;

create function fh.staff_of(plane text) returns text[] language sql immutable as $$
  select case when plane in ('control', 'both') then array['fh_staff'] else array[]::text[] end $$;

-- The policies of a class. `nullable` says whether tenant_id may be null.
create function fh.policies_of(entry fh.table_class, nullable boolean)
returns table (policy text, command text, roles text[], using_rows text, check_rows text)
language sql stable as $$
  select p.policy, p.command, p.roles, p.using_rows, p.check_rows
    from (values
      ('{tenant,queue,directory}', 'tenant', 'all',
       fh.plane_roles(entry.plane) || fh.staff_of(entry.plane) || array['fh_mover'],
       'tenant_id = fh.tid()', 'tenant_id = fh.tid()'),
      ('{rollup}', 'tenant', 'all',
       fh.plane_roles(entry.plane) || array['fh_mover'],
       'tenant_id = fh.tid()', 'tenant_id = fh.tid()'),
      ('{rollup}', 'staff', 'select', array['fh_staff'], 'true', null),
      ('{queue,rollup}', 'worker', 'all', array['fh_worker'], 'true', 'true'),
      ('{directory}', 'lookup', 'select', array['fh_owner'], 'true', null),
      ('{private}', 'private', 'all', array[entry.role, 'fh_owner'], 'true', 'true')
    ) p (classes, policy, command, roles, using_rows, check_rows)
   where entry.class = any (p.classes::text[])
   union all
  select 'no_tenant', 'insert', array['fh_auth', 'fh_staff'], null, 'tenant_id is null'
   where entry.class = 'queue' and nullable and entry.plane <> 'data' $$;

-- The privileges of a class.
create function fh.grants_of(entry fh.table_class, nullable boolean)
returns table (roles text[], privileges text)
language sql stable as $$
  select g.roles, g.privileges
    from (values
      ('{tenant,queue,directory,rollup}', fh.plane_roles(entry.plane),
       case when entry.insert_only then 'select, insert' else 'select, insert, update, delete' end),
      ('{tenant,queue,directory,rollup}', array['fh_mover'], 'select, insert, update, delete'),
      ('{tenant,queue,directory}', fh.staff_of(entry.plane),
       case when entry.insert_only then 'select, insert' else 'select' end),
      ('{rollup}', array['fh_staff'], 'select'),
      ('{queue,rollup,reference}', array['fh_worker'], 'select, insert, update, delete'),
      ('{private}', array[entry.role], 'select, insert, update, delete'),
      ('{reference}', array['fh_app', 'fh_control', 'fh_auth', 'fh_staff', 'fh_mover'], 'select')
    ) g (classes, roles, privileges)
   where entry.class = any (g.classes::text[])
     and cardinality(g.roles) > 0
   union all
  select array['fh_auth', 'fh_staff'], 'insert'
   where entry.class = 'queue' and nullable and entry.plane <> 'data' $$;

-- Takes away whatever policies and grants the table had and puts those of its class.
create function fh.apply_class(target regclass) returns void language plpgsql as $$
declare
  entry    fh.table_class;
  nullable boolean;
  old      record;
  new      record;
begin
  select * into strict entry from fh.table_class where table_name = fh.qualified_name(target);
  select not attnotnull into nullable
    from pg_attribute where attrelid = target and attname = 'tenant_id';

  for old in select polname from pg_policy where polrelid = target loop
    execute format('drop policy %I on %s', old.polname, target);
  end loop;
  execute format('revoke all on %s from public, fh_app, fh_control, fh_auth, fh_staff, fh_worker, '
                 'fh_mover', target);

  if entry.class <> 'reference' then
    execute format('alter table %s enable row level security', target);
    execute format('alter table %s force row level security', target);
  end if;
  for new in select * from fh.policies_of(entry, nullable) loop
    execute format('create policy %I on %s for %s to %s %s %s', new.policy, target, new.command,
                   array_to_string(new.roles, ', '),
                   'using (' || new.using_rows || ')', 'with check (' || new.check_rows || ')');
  end loop;
  for new in select * from fh.grants_of(entry, nullable) loop
    execute format('grant %s on %s to %s', new.privileges, target,
                   array_to_string(new.roles, ', '));
    execute format('grant usage on schema %s to %s', split_part(entry.table_name, '.', 1),
                   array_to_string(new.roles, ', '));
  end loop;
end $$;

-- A partition is reached through its parent only: row security of its own, and nothing granted.
create function fh.protect_partition(target regclass) returns void language plpgsql as $$
begin
  execute format('alter table %s enable row level security', target);
  execute format('alter table %s force row level security', target);
  execute format('revoke all on %s from public, fh_app, fh_control, fh_auth, fh_staff, fh_worker, '
                 'fh_mover', target);
end $$;

-- What must hold of a table before its class means anything.
create function fh.check_columns(target regclass, class text) returns void language plpgsql as $$
declare
  tenant_column pg_attribute;
begin
  if class in ('private', 'reference') then return; end if;

  select * into tenant_column
    from pg_attribute where attrelid = target and attname = 'tenant_id' and not attisdropped;
  if tenant_column.atttypid is distinct from 'uuid'::regtype then
    raise exception 'a % table needs a column tenant_id uuid: %', class, target
      using errcode = 'invalid_table_definition';
  end if;
  if not tenant_column.attnotnull and class <> 'queue' then
    raise exception 'tenant_id must be not null in a % table: %', class, target
      using errcode = 'invalid_table_definition';
  end if;
end $$;

-- Gives a table its class. Repeating it is harmless and covers partitions that were added since.
create function fh.protect(target regclass, class text, role text default null) returns void
language plpgsql as $$
declare
  plane text := nullif(current_setting('fh.plane', true), '');
  part  record;
begin
  if class not in ('tenant', 'queue', 'directory', 'rollup', 'private', 'reference') then
    raise exception 'unknown table class: %', class using errcode = 'invalid_parameter_value';
  end if;
  if plane is null then
    raise exception 'fh.plane is not set: fh.protect belongs in a migration'
      using errcode = 'object_not_in_prerequisite_state';
  end if;
  if (select relispartition from pg_class where oid = target) then
    raise exception 'protect the parent instead of its partition %', target
      using errcode = 'wrong_object_type';
  end if;
  perform fh.check_columns(target, class);

  insert into fh.table_class (table_name, class, plane, role)
  values (fh.qualified_name(target), class, plane, role)
  on conflict on constraint one_class_per_table
  do update set class = excluded.class, plane = excluded.plane, role = excluded.role;
  perform fh.apply_class(target);

  for part in select relid from pg_partition_tree(target) where level > 0 loop
    perform fh.protect_partition(part.relid);
  end loop;
end $$;

-- The rows of this tenant or queue table are never changed or deleted by who writes them: logs and
-- the outbox. fh_staff may add to it inside a tenant, so that what staff do is on record too;
-- fh_worker and fh_mover still delete, for retention and erasure.
create function fh.insert_only(target regclass) returns void language plpgsql as $$
begin
  update fh.table_class set insert_only = true where table_name = fh.qualified_name(target);
  if not found then
    raise exception 'fh.protect % before making it insert-only', target
      using errcode = 'object_not_in_prerequisite_state';
  end if;
  perform fh.apply_class(target);
end $$;

-- Lets roles call a security definer function, which runs as fh_owner: it sees directory and private
-- tables whole, and no tenant's rows. It must match exactly what it looks up.
create function fh.allow_function(target regprocedure, variadic roles text[]) returns void
language plpgsql as $$
declare
  allowed text := array_to_string(roles, ', ');
begin
  if not (select prosecdef from pg_proc where oid = target) then
    raise exception 'only a security definer function needs to be allowed: %', target
      using errcode = 'invalid_function_definition';
  end if;
  execute format('alter function %s set search_path = pg_catalog, pg_temp', target);
  execute format('revoke all on function %s from public', target);
  execute format('grant execute on function %s to %s', target, allowed);
  execute format('grant usage on schema %s to %s',
                 (select pronamespace::regnamespace from pg_proc where oid = target), allowed);

  insert into fh.definer_function (signature, roles) values (target::text, roles)
  on conflict on constraint one_entry_per_function do update set roles = excluded.roles;
end $$;

-- Declares an index of a queue table that fh_worker needs across tenants.
create function fh.worker_index(target regclass, why text) returns void language sql as $$
  insert into fh.worker_index (index_name, why) values (fh.qualified_name(target), why)
  on conflict on constraint one_entry_per_index do update set why = excluded.why $$;

-- Only migrations call these.
revoke all on all functions in schema fh from public;
