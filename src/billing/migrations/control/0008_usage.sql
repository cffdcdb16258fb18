-- What was told to Stripe of the usage that it bills. Each batch is told once, and covers the time from
-- where the one before it ended: nothing is missing in between and nothing is in two.
create table billing.usage_batch (
  tenant_id     uuid        not null,
  meter         text        not null,
  window_start  timestamptz not null,
  window_end    timestamptz not null,
  quantity      bigint      not null,
  command_id    uuid        not null,

  constraint one_batch_per_window      primary key (tenant_id, meter, window_start),
  constraint windows_end_after_starting check (window_end > window_start),
  constraint batches_hold_something    check (quantity > 0),
  constraint batches_have_a_tenant
    foreign key (tenant_id) references tenancy.tenant (tenant_id) on delete cascade
);

select fh.protect('billing.usage_batch', 'tenant');

-- How far that is, whether or not there was something to tell.
create table billing.usage_told (
  tenant_id  uuid        not null,
  meter      text        not null,
  until      timestamptz not null,

  constraint told_once_per_meter primary key (tenant_id, meter),
  constraint told_usage_has_a_tenant
    foreign key (tenant_id) references tenancy.tenant (tenant_id) on delete cascade
);

select fh.protect('billing.usage_told', 'tenant');

-- Workspaces that pay by usage, and when the worker looks at each the next time (business clock).
create table billing.usage_due (
  tenant_id  uuid        not null,
  due_at     timestamptz not null,

  constraint one_usage_time_per_tenant primary key (tenant_id)
);

select fh.protect('billing.usage_due', 'queue');

create index usage_due_next on billing.usage_due (due_at);
select fh.worker_index('billing.usage_due_next', 'the worker takes what is due of all tenants');
