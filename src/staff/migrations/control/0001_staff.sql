-- The owner's staff, who log in apart from customers, and what their lists show of all tenants.

create schema staff;

create table staff.account (
  staff_id    uuid        not null,
  email       text        not null collate "C",
  phc         text        not null,
  pepper_id   text        not null,
  created_at  timestamptz not null,

  constraint staff_exist_once           primary key (staff_id),
  constraint one_staff_account_per_mail unique (email),
  constraint staff_password_is_argon2id check (phc like '$argon2id$%')
);

select fh.protect('staff.account', 'private', 'fh_staff');

-- Times are the machine's. Only the hash of the cookie's secret is kept.
create table staff.session (
  id            uuid        not null,
  staff_id      uuid        not null,
  secret_hash   bytea       not null,
  created_at    timestamptz not null,
  last_seen_at  timestamptz not null,
  expires_at    timestamptz not null,
  ip            text        not null,

  constraint staff_sessions_exist_once        primary key (id),
  constraint staff_session_secrets_are_unique unique (secret_hash),
  constraint staff_session_secret_is_a_sha256 check (octet_length(secret_hash) = 32),
  constraint staff_sessions_have_an_account
    foreign key (staff_id) references staff.account (staff_id) on delete cascade
);

select fh.protect('staff.session', 'private', 'fh_staff');

create index staff_sessions_of_one on staff.session (staff_id);
create index staff_sessions_by_end on staff.session (expires_at);

-- One line per tenant for lists and sums, computed anew from the tenant's own rows whenever one of
-- its events says that something has changed, and every night. Names and numbers, no content. A line
-- is made empty, so that those who compute it at the same time wait for each other.
create table staff.tenant_rollup (
  tenant_id       uuid        not null,
  name            text        not null default '',
  slug            text        not null default '' collate "C",
  plan            text        not null default '',
  plan_name       text        not null default '',
  source          text        not null default 'default',
  access          text        not null default 'full',
  status          text        not null default 'free',
  access_until    timestamptz,
  trial_ends_at   timestamptz,
  mrr             bigint      not null default 0,
  currency        text        not null default 'usd',
  members         integer     not null default 0,
  created_at      timestamptz not null default 'epoch',
  last_active_at  timestamptz not null default 'epoch',
  refreshed_at    timestamptz not null,

  constraint one_line_per_tenant       primary key (tenant_id),
  constraint rollup_status_is_known
    check (status in ('free', 'trial', 'active', 'past_due', 'limited', 'locked')),
  constraint lines_belong_to_a_tenant
    foreign key (tenant_id) references tenancy.tenant (tenant_id) on delete cascade
);

select fh.protect('staff.tenant_rollup', 'rollup');

create index tenants_by_revenue on staff.tenant_rollup (mrr desc, tenant_id desc);
create index tenants_by_activity on staff.tenant_rollup (last_active_at desc, tenant_id desc);
