-- The copy of Stripe's truth that decisions are made with, and the ledgers by which it stays true.

create schema billing;

-- Which tenant a Stripe customer is. The only place that is asked: never metadata of an event.
create table billing.customer (
  tenant_id    uuid        not null,
  customer_id  text        not null collate "C",
  created_at   timestamptz not null,
  deleted_at   timestamptz,

  constraint one_customer_per_tenant   primary key (tenant_id),
  constraint customers_belong_to_one   unique (customer_id),
  constraint customers_have_a_tenant
    foreign key (tenant_id) references tenancy.tenant (tenant_id) on delete cascade
);

select fh.protect('billing.customer', 'directory');

-- The trial that a tenant starts with: ours, not Stripe's. One per tenant, ever.
create table billing.trial (
  tenant_id   uuid        not null,
  plan        text        not null,
  started_at  timestamptz not null,
  ends_at     timestamptz,

  constraint one_trial_per_tenant    primary key (tenant_id),
  constraint trial_ends_after_start  check (ends_at is null or ends_at > started_at),
  constraint trials_have_a_tenant
    foreign key (tenant_id) references tenancy.tenant (tenant_id) on delete cascade
);

select fh.protect('billing.trial', 'tenant');

-- What Stripe said last, one row per subscription. Statuses are kept verbatim: Stripe may add one
-- without asking us.
create table billing.mirror (
  tenant_id             uuid        not null,
  stripe_id             text        not null collate "C",
  status                text        not null,
  lookup_key            text        not null,
  item_id               text        not null,
  amount                bigint      not null,
  currency              text        not null,
  billing_interval      text        not null,
  created_at            timestamptz not null,
  billing_cycle_anchor  timestamptz not null,
  period_start          timestamptz not null,
  period_end            timestamptz not null,
  trial_end             timestamptz,
  cancel_at_period_end  boolean     not null,
  cancel_at             timestamptz,
  canceled_at           timestamptz,
  ended_at              timestamptz,
  fetched_at            timestamptz not null,
  raw                   jsonb       not null,

  constraint one_row_per_subscription   primary key (tenant_id, stripe_id),
  constraint subscriptions_have_a_tenant
    foreign key (tenant_id) references tenancy.tenant (tenant_id) on delete cascade
);

select fh.protect('billing.mirror', 'tenant');

create table billing.invoice (
  tenant_id           uuid        not null,
  stripe_id           text        not null collate "C",
  subscription_id     text,
  number              text,
  status              text        not null,
  currency            text        not null,
  total               bigint      not null,
  amount_paid         bigint      not null,
  amount_remaining    bigint      not null,
  attempted           boolean     not null,
  attempt_count       integer     not null,
  created_at          timestamptz not null,
  finalized_at        timestamptz,
  paid_at             timestamptz,
  next_attempt_at     timestamptz,
  hosted_invoice_url  text,

  constraint one_row_per_invoice    primary key (tenant_id, stripe_id),
  constraint invoices_have_a_tenant
    foreign key (tenant_id) references tenancy.tenant (tenant_id) on delete cascade
);

select fh.protect('billing.invoice', 'tenant');

create index invoices_by_time on billing.invoice (tenant_id, created_at desc, stripe_id desc);

-- The card that will be charged, as far as people recognise it.
create table billing.payment_method (
  tenant_id  uuid    not null,
  brand      text    not null,
  last4      text    not null,
  exp_month  integer not null,
  exp_year   integer not null,

  constraint one_payment_method_per_tenant primary key (tenant_id),
  constraint payment_methods_have_a_tenant
    foreign key (tenant_id) references tenancy.tenant (tenant_id) on delete cascade
);

select fh.protect('billing.payment_method', 'tenant');

-- The checkout that is open; a new one makes the old one expire, so that two tabs cannot buy twice.
create table billing.checkout (
  tenant_id   uuid        not null,
  session_id  text        not null,
  lookup_key  text        not null,
  url         text        not null,
  opened_at   timestamptz not null,

  constraint one_open_checkout_per_tenant primary key (tenant_id),
  constraint checkouts_have_a_tenant
    foreign key (tenant_id) references tenancy.tenant (tenant_id) on delete cascade
);

select fh.protect('billing.checkout', 'tenant');

-- How far our copy of each customer is behind: every hint raises dirty_seq; a worker that leases the
-- row fetches, and writes synced_seq with what it fetched.
create table billing.sync (
  tenant_id    uuid        not null,
  customer_id  text        not null collate "C",
  dirty_seq    bigint      not null default 1,
  synced_seq   bigint      not null default 0,
  lease_token  uuid,
  lease_until  timestamptz,
  attempts     integer     not null default 0,
  next_at      timestamptz not null,
  synced_at    timestamptz,
  last_error   text,
  dead_at      timestamptz,

  constraint one_sync_per_customer primary key (customer_id),
  constraint synced_is_not_ahead   check (synced_seq <= dirty_seq),
  constraint lease_is_whole        check ((lease_token is null) = (lease_until is null))
);

select fh.protect('billing.sync', 'queue');

create index sync_of_a_tenant on billing.sync (tenant_id);
create index sync_to_do on billing.sync (next_at) where dirty_seq > synced_seq and dead_at is null;
select fh.worker_index('billing.one_sync_per_customer', 'a webhook names a customer, not a tenant');
select fh.worker_index('billing.sync_to_do', 'the worker takes the most urgent customer of all tenants');

-- Every event that Stripe delivered, once. A hint and a record, never a source of state.
create table billing.stripe_event (
  tenant_id    uuid,
  id           text        not null collate "C",
  livemode     boolean     not null,
  type         text        not null,
  customer_id  text,
  created_at   timestamptz not null,
  received_at  timestamptz not null,
  api_version  text,
  state        text        not null,
  payload      jsonb       not null,

  constraint stripe_events_arrive_once primary key (id, livemode),
  constraint stripe_event_state_is_known
    check (state in ('hint', 'ignored', 'waiting', 'dead'))
);

select fh.protect('billing.stripe_event', 'queue');

create index stripe_events_of_a_tenant on billing.stripe_event (tenant_id, received_at desc);
create index stripe_events_by_time on billing.stripe_event (received_at desc);
create index stripe_events_waiting on billing.stripe_event (customer_id) where state = 'waiting';
select fh.worker_index('billing.stripe_events_arrive_once', 'an event is known before its tenant');
select fh.worker_index('billing.stripe_events_by_time', 'old events are removed over all tenants');
select fh.worker_index('billing.stripe_events_waiting', 'events of a customer that is not mapped yet');

-- A write to Stripe, stored before it is sent: sent again with the same key until its answer is
-- known, so that a lost answer makes no second object.
create table billing.command (
  tenant_id        uuid        not null,
  id               uuid        not null,
  kind             text        not null,
  path             text        not null,
  params           jsonb       not null,
  idempotency_key  text        not null,
  state            text        not null default 'pending',
  attempts         integer     not null default 0,
  next_at          timestamptz not null,
  created_at       timestamptz not null,
  result           jsonb,
  error            text,

  constraint commands_exist_once       primary key (tenant_id, id),
  constraint command_keys_are_unique   unique (idempotency_key),
  constraint command_state_is_known    check (state in ('pending', 'done', 'failed'))
);

select fh.protect('billing.command', 'queue');

create index commands_of_a_tenant on billing.command (tenant_id, created_at desc);
create index commands_to_send on billing.command (next_at) where state = 'pending';
select fh.worker_index('billing.command_keys_are_unique', 'one key, one command');
select fh.worker_index('billing.commands_to_send', 'the worker sends what is due of all tenants');

-- When a tenant's standing changes by time alone: the end of a trial or of grace must be acted on
-- although no event comes.
create table billing.due (
  tenant_id  uuid        not null,
  due_at     timestamptz not null,

  constraint one_due_time_per_tenant primary key (tenant_id)
);

select fh.protect('billing.due', 'queue');

create index due_next on billing.due (due_at);
select fh.worker_index('billing.due_next', 'the worker takes what is due of all tenants');

-- Stripe's ids of the catalogue's prices, written by `freehold plans sync`.
create table billing.price (
  lookup_key  text        not null collate "C",
  price_id    text        not null,
  synced_at   timestamptz not null,

  constraint one_price_per_lookup_key primary key (lookup_key)
);

select fh.protect('billing.price', 'reference');
