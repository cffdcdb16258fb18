-- What subscriptions bring in a month, and how that moved. docs/billing-numbers.md defines both.

-- What one subscription brings in a month if it earns: minor units, discounts taken off. It is written
-- by the next fetch, which for every customer is within a day.
alter table billing.mirror
  add column mrr bigint not null default 0,
  add constraint mrr_is_not_negative check (mrr >= 0);

-- A line each time that a tenant's monthly revenue in a currency became another one, written with what
-- changed it. The amounts of all lines up to a time add up to the revenue at that time.
create table billing.movement (
  tenant_id  uuid        not null,
  currency   text        not null,
  number     integer     not null,
  at         timestamptz not null,
  kind       text        not null,
  amount     bigint      not null,
  mrr        bigint      not null,

  constraint movements_are_numbered       primary key (tenant_id, currency, number),
  constraint a_movement_moves_something   check (amount <> 0),
  constraint movement_kind_is_known
    check (kind in ('new', 'expansion', 'contraction', 'churn', 'reactivation')),
  constraint movement_goes_the_way_it_says
    check ((kind in ('new', 'expansion', 'reactivation')) = (amount > 0)),
  constraint a_beginning_begins_at_nothing
    check ((kind in ('new', 'reactivation')) = (mrr = amount and amount > 0)),
  constraint churn_leaves_nothing         check ((kind = 'churn') = (mrr = 0)),
  constraint movements_have_a_tenant
    foreign key (tenant_id) references tenancy.tenant (tenant_id) on delete cascade
);

select fh.protect('billing.movement', 'rollup');

create index movements_by_time on billing.movement (at, tenant_id);
