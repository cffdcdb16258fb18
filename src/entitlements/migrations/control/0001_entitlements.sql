-- What a tenant may use: billing's word on it, what staff granted on top, and a version that every
-- change raises, by which all nodes learn of it.

create schema entitlements;

create table entitlements.standing (
  tenant_id       uuid        not null,
  plan            text        not null,
  plan_version    integer     not null,
  access          text        not null,
  source          text        not null,
  access_until    timestamptz,
  next_change_at  timestamptz,
  then_plan       text        not null,
  then_access     text        not null,
  usage_anchor    timestamptz not null,

  constraint one_standing_per_tenant     primary key (tenant_id),
  constraint access_is_known             check (access in ('full', 'grace', 'limited', 'none')),
  constraint then_access_is_known        check (then_access in ('full', 'grace', 'limited', 'none')),
  constraint standing_source_is_known    check (source in ('trial', 'subscription', 'default')),
  constraint standings_have_a_tenant
    foreign key (tenant_id) references tenancy.tenant (tenant_id) on delete cascade
);

select fh.protect('entitlements.standing', 'tenant');

-- A grant by staff; superseded or revoked, never changed.
create table entitlements.override (
  tenant_id   uuid        not null,
  id          uuid        not null,
  kind        text        not null,
  key         text        not null,
  value       text        not null,
  reason      text        not null,
  starts_at   timestamptz not null,
  expires_at  timestamptz,
  revoked_at  timestamptz,

  constraint overrides_exist_once         primary key (tenant_id, id),
  constraint override_kind_is_known       check (kind in ('plan', 'feature', 'limit')),
  constraint overrides_have_a_reason      check (length(reason) between 10 and 500),
  constraint overrides_end_after_starting check (expires_at is null or expires_at > starts_at),
  constraint overrides_have_a_tenant
    foreign key (tenant_id) references tenancy.tenant (tenant_id) on delete cascade
);

select fh.protect('entitlements.override', 'tenant');

create unique index one_override_in_force on entitlements.override (tenant_id, kind, key)
 where revoked_at is null;

-- Raised by every change of the two tables above, in the same transaction. Nodes ask what changed
-- since the oldest transaction that was still open when they last asked, so that a late commit is
-- never missed.
create table entitlements.version (
  tenant_id   uuid   not null,
  version     bigint not null,
  changed_in  xid8   not null,

  constraint one_version_per_tenant primary key (tenant_id),
  constraint versions_have_a_tenant
    foreign key (tenant_id) references tenancy.tenant (tenant_id) on delete cascade
);

select fh.protect('entitlements.version', 'directory');

create index versions_by_change on entitlements.version (changed_in);

-- Tenants that changed in transaction `since` or later. Ids and version numbers only.
create function entitlements.changed_since(since bigint)
returns table (tenant_id uuid, version bigint)
language sql stable security definer as $$
  select v.tenant_id, v.version
    from entitlements.version v
   where v.changed_in >= since::text::xid8
   order by v.changed_in
   limit 10000 $$;
select fh.allow_function('entitlements.changed_since(bigint)', 'fh_control');
