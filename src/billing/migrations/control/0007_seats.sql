-- Workspaces whose number of people may differ from what Stripe charges for. The row goes with the
-- order that tells Stripe, or when there is nothing to tell.
create table billing.seat_change (
  tenant_id  uuid        not null,
  seq        bigint      not null default 1,
  due_at     timestamptz not null,

  constraint one_seat_change_per_tenant primary key (tenant_id)
);

select fh.protect('billing.seat_change', 'queue');

create index seat_changes_due on billing.seat_change (due_at);
select fh.worker_index('billing.seat_changes_due', 'the worker takes what is due of all tenants');
