-- API keys and invitations. What a stranger presents (a key, a token) is looked up before the tenant
-- is known, by the hash of what only the holder has; names and addresses are in the tenant's tables.

create schema access;

create table access.api_key (
  tenant_id     uuid        not null,
  id            uuid        not null,
  lookup        text        not null collate "C",
  secret_hash   bytea       not null,
  role          text        not null,
  name          text        not null,
  created_at    timestamptz not null,
  expires_at    timestamptz,
  last_used_at  timestamptz,
  revoked_at    timestamptz,

  constraint keys_exist_once         primary key (tenant_id, id),
  constraint key_lookups_are_unique  unique (lookup),
  constraint key_hash_is_sha256      check (octet_length(secret_hash) = 32),
  constraint key_role_is_grantable   check (role in ('admin', 'member', 'viewer')),
  constraint key_name_is_short       check (length(name) between 1 and 80),
  constraint keys_have_a_tenant
    foreign key (tenant_id) references tenancy.tenant (tenant_id) on delete cascade
);

select fh.protect('access.api_key', 'directory');

create function access.find_key(wanted text)
returns table (tenant_id uuid, id uuid, secret_hash bytea, role text, expires_at timestamptz,
               last_used_at timestamptz, revoked_at timestamptz)
language sql stable security definer as $$
  select k.tenant_id, k.id, k.secret_hash, k.role, k.expires_at, k.last_used_at, k.revoked_at
    from access.api_key k
   where k.lookup = wanted $$;
select fh.allow_function('access.find_key(text)', 'fh_control');

create table access.invitation (
  tenant_id    uuid        not null,
  id           uuid        not null,
  email        text        not null collate "C",
  role         text        not null,
  invited_by   uuid        not null,
  created_at   timestamptz not null,
  expires_at   timestamptz not null,
  accepted_at  timestamptz,
  revoked_at   timestamptz,

  constraint invitations_exist_once      primary key (tenant_id, id),
  constraint invitation_role_is_known    check (role in ('owner', 'admin', 'member', 'viewer')),
  constraint invitations_end_one_way     check (accepted_at is null or revoked_at is null),
  constraint invitations_have_a_tenant
    foreign key (tenant_id) references tenancy.tenant (tenant_id) on delete cascade
);

select fh.protect('access.invitation', 'tenant');

-- Nobody is invited twice at a time.
create unique index one_open_invitation_per_address on access.invitation (tenant_id, email)
 where accepted_at is null and revoked_at is null;

-- The token that the last mail carried; a new mail replaces it.
create table access.invitation_token (
  tenant_id      uuid  not null,
  invitation_id  uuid  not null,
  token_hash     bytea not null,

  constraint one_token_per_invitation   primary key (tenant_id, invitation_id),
  constraint invitation_tokens_are_unique unique (token_hash),
  constraint invitation_token_is_sha256 check (octet_length(token_hash) = 32),
  constraint tokens_have_an_invitation
    foreign key (tenant_id, invitation_id) references access.invitation (tenant_id, id)
    on delete cascade
);

select fh.protect('access.invitation_token', 'directory');

create function access.find_invitation(wanted bytea)
returns table (tenant_id uuid, invitation_id uuid)
language sql stable security definer as $$
  select t.tenant_id, t.invitation_id
    from access.invitation_token t
   where t.token_hash = wanted $$;
select fh.allow_function('access.find_invitation(bytea)', 'fh_control');
