-- What only a person can put right. Derived from what is true: a line is opened when something begins to
-- be so, and resolved when it no longer is, or when somebody says that it is dealt with.
create table billing.task (
  tenant_id    uuid        not null,
  id           uuid        not null,
  kind         text        not null,
  subject      text        not null collate "C",
  since        timestamptz not null,
  resolved_at  timestamptz,
  resolved_by  text,

  constraint one_row_per_task           primary key (tenant_id, id),
  constraint task_kind_is_known
    check (kind in ('dispute', 'late_payment', 'two_subscriptions', 'refund_failed',
                    'books_differ')),
  constraint resolved_tasks_say_by_whom check ((resolved_at is null) = (resolved_by is null)),
  constraint tasks_have_a_tenant
    foreign key (tenant_id) references tenancy.tenant (tenant_id) on delete cascade
);

select fh.protect('billing.task', 'rollup');

create unique index a_task_is_open_once on billing.task (tenant_id, kind, subject)
  where resolved_at is null;
create index tasks_by_age on billing.task (since, id) where resolved_at is null;

-- Who is being reminded of an unpaid invoice, and how far that has come: for lists over all tenants.
create table billing.arrears (
  tenant_id        uuid        not null,
  subscription_id  text        not null collate "C",
  invoice_id       text        not null collate "C",
  step             text        not null,
  currency         text        not null,
  amount           bigint      not null,
  since            timestamptz not null,

  constraint one_row_per_subscription_in_arrears primary key (tenant_id, subscription_id),
  constraint arrears_step_is_known check (step in ('first', 'reminder', 'last_warning', 'cut')),
  constraint arrears_are_owed      check (amount > 0),
  constraint arrears_have_a_tenant
    foreign key (tenant_id) references tenancy.tenant (tenant_id) on delete cascade
);

select fh.protect('billing.arrears', 'rollup');
