-- Usage: the decision on each unit is a row, and the counter it was decided against is raised in the
-- same statement, under the counter's lock.

create schema metering;

create table metering.counter (
  tenant_id     uuid        not null,
  meter         text        not null,
  period_start  timestamptz not null,
  used          bigint      not null,

  constraint one_counter_per_period primary key (tenant_id, meter, period_start),
  constraint usage_is_not_negative  check (used >= 0),
  constraint counters_have_a_tenant
    foreign key (tenant_id) references tenancy.tenant (tenant_id) on delete cascade
);

select fh.protect('metering.counter', 'tenant');

-- What was allowed. A call that was refused leaves no row, so the same key may succeed after an
-- upgrade; a key that was allowed is allowed again without being counted again.
create table metering.event (
  tenant_id      uuid        not null,
  meter          text        not null,
  key            text        not null,
  amount         bigint      not null,
  used           bigint      not null,
  period_start   timestamptz not null,
  day            timestamptz not null,
  decided_at     timestamptz not null,
  given_back_at  timestamptz,

  constraint usage_keys_count_once  primary key (tenant_id, meter, key),
  constraint amount_is_positive     check (amount > 0),
  constraint usage_key_is_short     check (length(key) between 1 and 255)
);

select fh.protect('metering.event', 'tenant');

create index usage_to_forget on metering.event (tenant_id, decided_at);

create table metering.day (
  tenant_id  uuid        not null,
  meter      text        not null,
  day        timestamptz not null,
  used       bigint      not null,

  constraint one_row_per_day          primary key (tenant_id, meter, day),
  constraint daily_usage_is_not_negative check (used >= 0)
);

select fh.protect('metering.day', 'tenant');

-- Which warnings went out, so that each goes out once in a period.
create table metering.threshold (
  tenant_id     uuid        not null,
  meter         text        not null,
  period_start  timestamptz not null,
  percent       integer     not null,
  crossed_at    timestamptz not null,

  constraint each_threshold_is_crossed_once primary key (tenant_id, meter, period_start, percent)
);

select fh.protect('metering.threshold', 'tenant');
