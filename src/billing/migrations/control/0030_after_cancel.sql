-- What follows the end of a tenant's last subscription, once each whatever the order of events. A row is
-- of that end: another subscription that ends later begins anew.

-- Letters that ask a customer back. `is_sent` is false for a step that was overtaken or came too late.
create table billing.win_back_step (
  tenant_id        uuid        not null,
  subscription_id  text        not null collate "C",
  day              integer     not null,
  is_sent          boolean     not null,
  reached_at       timestamptz not null,

  constraint each_win_back_step_is_reached_once primary key (tenant_id, subscription_id, day),
  constraint win_back_is_after_the_end          check (day between 1 and 365),
  constraint win_back_steps_have_a_tenant
    foreign key (tenant_id) references tenancy.tenant (tenant_id) on delete cascade
);

select fh.protect('billing.win_back_step', 'tenant');

-- The deletion of what a tenant has stored, in two steps: it is scheduled when the subscription ends, and
-- executed by a worker. Until the second step it can be held and canceled.
create table billing.purge (
  tenant_id        uuid        not null,
  subscription_id  text        not null collate "C",
  state            text        not null default 'scheduled',
  purge_at         timestamptz not null,
  scheduled_at     timestamptz not null,
  announced_at     timestamptz,
  reason           text,
  begun_at         timestamptz,
  purged_at        timestamptz,
  rows_purged      bigint      not null default 0,
  next_at          timestamptz not null,

  constraint one_purge_per_end           primary key (tenant_id, subscription_id),
  constraint purge_state_is_known
    check (state in ('scheduled', 'held', 'canceled', 'executing', 'done')),
  constraint purges_are_announced_before check (state not in ('executing', 'done')
                                                or announced_at <= begun_at),
  constraint purges_are_not_early        check (begun_at >= purge_at),
  constraint purge_says_when             check ((state = 'done') = (purged_at is not null)),
  constraint holds_say_why               check (state not in ('held', 'canceled')
                                                or length(reason) between 10 and 500)
);

select fh.protect('billing.purge', 'queue');

create unique index one_purge_at_a_time on billing.purge (tenant_id)
  where state in ('scheduled', 'held', 'executing');
create index purge_to_execute on billing.purge (next_at) where state in ('scheduled', 'executing');
select fh.worker_index('billing.purge_to_execute', 'the worker takes what is due of all tenants');
