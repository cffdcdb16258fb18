-- Tenants and who belongs to them: what has to be known before a tenant is entered, so both tables
-- are directories. They hold names and ids, no content.

create schema tenancy;

create table tenancy.tenant (
  tenant_id   uuid        not null,
  slug        text        not null collate "C",
  name        text        not null,
  created_at  timestamptz not null,

  constraint tenants_exist_once    primary key (tenant_id),
  constraint slugs_are_taken_once  unique (slug),
  constraint slug_is_well_formed   check (slug ~ '^[a-z0-9](-?[a-z0-9])+$' and length(slug) between 3 and 40),
  constraint tenant_name_is_short  check (length(name) between 1 and 80)
);

select fh.protect('tenancy.tenant', 'directory');

create table tenancy.membership (
  tenant_id  uuid        not null,
  id         uuid        not null,
  user_id    uuid        not null,
  role       text        not null,
  joined_at  timestamptz not null,

  constraint memberships_exist_once  primary key (tenant_id, id),
  constraint people_belong_once      unique (tenant_id, user_id),
  constraint role_is_known           check (role in ('owner', 'admin', 'member', 'viewer')),
  constraint members_have_a_tenant
    foreign key (tenant_id) references tenancy.tenant (tenant_id) on delete cascade
);

select fh.protect('tenancy.membership', 'directory');

create index memberships_of_a_person on tenancy.membership (user_id);

-- The tenant behind a slug.
create function tenancy.find_by_slug(wanted text)
returns table (tenant_id uuid, slug text, name text)
language sql stable security definer as $$
  select t.tenant_id, t.slug, t.name
    from tenancy.tenant t
   where t.slug = wanted $$;
select fh.allow_function('tenancy.find_by_slug(text)', 'fh_control', 'fh_auth');

-- Every tenant that one person belongs to.
create function tenancy.belongings_of(person uuid)
returns table (tenant_id uuid, slug text, name text, membership_id uuid, role text)
language sql stable security definer as $$
  select t.tenant_id, t.slug, t.name, m.id, m.role
    from tenancy.membership m
    join tenancy.tenant t on t.tenant_id = m.tenant_id
   where m.user_id = person
   order by t.name, t.slug $$;
select fh.allow_function('tenancy.belongings_of(uuid)', 'fh_control', 'fh_auth');

-- One person in the tenant behind a slug.
create function tenancy.find_belonging(wanted text, person uuid)
returns table (tenant_id uuid, slug text, name text, membership_id uuid, role text)
language sql stable security definer as $$
  select t.tenant_id, t.slug, t.name, m.id, m.role
    from tenancy.tenant t
    join tenancy.membership m on m.tenant_id = t.tenant_id and m.user_id = person
   where t.slug = wanted $$;
select fh.allow_function('tenancy.find_belonging(text, uuid)', 'fh_control', 'fh_auth');

-- Whether a person belongs to the entered tenant: for other modules' functions over their own tables.
create function tenancy.is_member(person uuid) returns boolean
language sql stable security definer as $$
  select exists (select 1
                   from tenancy.membership m
                  where m.tenant_id = fh.tid() and m.user_id = person) $$;
select fh.allow_function('tenancy.is_member(uuid)', 'fh_control', 'fh_staff');

-- Ids of tenants in order, for work that goes through all of them.
create function tenancy.tenants_after(after uuid) returns table (tenant_id uuid)
language sql stable security definer as $$
  select t.tenant_id
    from tenancy.tenant t
   where t.tenant_id > after
   order by t.tenant_id
   limit 500 $$;
select fh.allow_function('tenancy.tenants_after(uuid)', 'fh_worker');
