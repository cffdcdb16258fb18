-- The ground that every other table stands on: which tenant a transaction is in, and whether that
-- tenant may be entered here.
--
-- A login role sees a tenant's rows only between fh.enter(tenant) and the end of the transaction;
-- without it every tenant table looks empty. The rules are held by PostgreSQL, so a query that
-- forgets its tenant returns nothing instead of everything.

create schema fh;
grant usage on schema fh to fh_app, fh_control, fh_staff, fh_worker, fh_mover;

-- What has been applied to this database. Written by the migrator in each migration's transaction.
create table fh.migration (
  module      text        not null,
  plane       text        not null,
  number      integer     not null,
  name        text        not null,
  sha256      text        not null,
  applied_at  timestamptz not null default now(),

  constraint migrations_are_applied_once primary key (module, plane, number),
  constraint plane_is_known              check (plane in ('both', 'control', 'data'))
);

-- The tenant of this transaction, or null. Stable, not immutable: an immutable function would be
-- folded into a cached plan and hand one tenant's rows to the next. nullif, because after its first
-- use in a session the unset value is '' and not null.
create function fh.tid() returns uuid language sql stable parallel safe as
$$ select nullif(current_setting('app.current_tenant', true), '')::uuid $$;

revoke all on function fh.tid() from public;
grant execute on function fh.tid() to fh_app, fh_control, fh_staff, fh_worker, fh_mover;

-- Which tenants live in this database. A move freezes the row, copies, and marks it moved.
create table fh.tenant_fence (
  tenant_id  uuid   not null,
  state      text   not null default 'active',
  epoch      bigint not null default 1,

  constraint one_fence_per_tenant primary key (tenant_id),
  constraint fence_state_is_known check (state in ('active', 'frozen', 'moved'))
);

alter table fh.tenant_fence enable row level security;
alter table fh.tenant_fence force row level security;
create policy tenant on fh.tenant_fence
  to fh_app, fh_control, fh_staff, fh_worker, fh_mover
  using (tenant_id = fh.tid()) with check (tenant_id = fh.tid());
grant select on fh.tenant_fence to fh_app, fh_control, fh_staff, fh_worker, fh_mover;
grant insert on fh.tenant_fence to fh_control;

-- Latches this transaction to one tenant. Works in an explicit transaction and in the implicit one
-- of a single pipeline Sync.
--
--   FH000  no tenant given
--   FH001  the tenant is moving: wait up to two seconds and try again
--   FH002  the tenant is not in this database: look its place up again
--   FH003  the transaction already belongs to another tenant: a mistake of the program
--
-- The shared lock, held to the end of the transaction, is what a move waits for: it takes the same
-- lock exclusively. A dynamic `set local` instead of set_config, which login roles may not call and
-- which Citus does not carry to its workers.
create function fh.enter(tenant uuid) returns void language plpgsql as $$
declare
  latched text := current_setting('app.current_tenant', true);
  fence   text;
begin
  if tenant is null then
    raise exception 'no tenant to enter' using errcode = 'FH000';
  end if;
  if latched <> '' and latched <> tenant::text then
    raise exception 'this transaction already belongs to another tenant' using errcode = 'FH003';
  end if;
  if not pg_try_advisory_xact_lock_shared(uuid_hash_extended(tenant, 727271)) then
    raise exception 'tenant is moving' using errcode = 'FH001';
  end if;

  execute format('set local app.current_tenant = %L', tenant);
  select f.state into fence from fh.tenant_fence f where f.tenant_id = tenant;

  if fence = 'frozen' then
    raise exception 'tenant is moving' using errcode = 'FH001';
  end if;
  if fence is distinct from 'active' then
    raise exception 'tenant is not here: %', coalesce(fence, 'unknown') using errcode = 'FH002';
  end if;
end $$;

revoke all on function fh.enter(uuid) from public;
grant execute on function fh.enter(uuid) to fh_app, fh_control, fh_staff, fh_worker, fh_mover;

-- Makes a tenant's fence and enters it, so that one transaction can make the tenant and everything
-- it starts with. A second call with the same tenant violates one_fence_per_tenant.
create function fh.create_tenant(tenant uuid) returns void language plpgsql as $$
declare
  latched text := current_setting('app.current_tenant', true);
begin
  if tenant is null then
    raise exception 'no tenant to create' using errcode = 'FH000';
  end if;
  if latched <> '' and latched <> tenant::text then
    raise exception 'this transaction already belongs to another tenant' using errcode = 'FH003';
  end if;

  execute format('set local app.current_tenant = %L', tenant);
  insert into fh.tenant_fence (tenant_id) values (tenant);
  perform fh.enter(tenant);
end $$;

revoke all on function fh.create_tenant(uuid) from public;
grant execute on function fh.create_tenant(uuid) to fh_control;
