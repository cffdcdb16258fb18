-- The books: what became of the money of each invoice, one row per object of Stripe's, always as it was
-- fetched and never as an event told the difference. docs/billing-numbers.md says how they add up.

-- How much of an invoice was asked for, and what was credited before and after it was paid.
-- `from_balance` is what the customer's balance paid of it: a credit pays, and an invoice below zero or
-- too small to be charged adds to the balance.
alter table billing.invoice
  add column from_balance    bigint not null default 0,
  add column credited_before bigint not null default 0,
  add column credited_after  bigint not null default 0,
  add column amount_due      bigint,
  add constraint credits_are_not_negative check (credited_before >= 0 and credited_after >= 0);

-- What was paid towards an invoice, or is to be: Stripe's invoice payments.
create table billing.payment (
  tenant_id          uuid        not null,
  stripe_id          text        not null collate "C",
  invoice_id         text        not null collate "C",
  payment_intent_id  text        collate "C",
  status             text        not null,
  currency           text        not null,
  amount_paid        bigint      not null,
  created_at         timestamptz not null,
  paid_at            timestamptz,

  constraint one_row_per_payment       primary key (tenant_id, stripe_id),
  constraint payments_are_not_negative check (amount_paid >= 0),
  constraint only_paid_payments_count  check (status = 'paid' or amount_paid = 0),
  constraint payments_have_a_tenant
    foreign key (tenant_id) references tenancy.tenant (tenant_id) on delete cascade
);

select fh.protect('billing.payment', 'tenant');

create index payments_of_an_invoice on billing.payment (tenant_id, invoice_id);

-- Money that was taken from a card. A refund or a dispute names the charge and may name no customer:
-- whose it is stands here.
create table billing.charge (
  tenant_id          uuid        not null,
  stripe_id          text        not null collate "C",
  customer_id        text        not null collate "C",
  payment_intent_id  text        collate "C",
  status             text        not null,
  currency           text        not null,
  amount             bigint      not null,
  amount_refunded    bigint      not null,
  disputed           boolean     not null,
  created_at         timestamptz not null,

  constraint one_row_per_charge            primary key (tenant_id, stripe_id),
  constraint refunds_fit_into_their_charge check (amount_refunded between 0 and amount)
);

select fh.protect('billing.charge', 'queue');

create index charges_by_id on billing.charge (stripe_id);
create index charges_by_intent on billing.charge (payment_intent_id);
create index charges_of_an_intent on billing.charge (tenant_id, payment_intent_id);
select fh.worker_index('billing.charges_by_id', 'an event of a refund names a charge, not a tenant');
select fh.worker_index('billing.charges_by_intent', 'an event of a dispute names an intent, not a tenant');

create table billing.refund (
  tenant_id          uuid        not null,
  stripe_id          text        not null collate "C",
  charge_id          text        not null collate "C",
  payment_intent_id  text        collate "C",
  status             text        not null,
  currency           text        not null,
  amount             bigint      not null,
  reason             text,
  failure_reason     text,
  created_at         timestamptz not null,

  constraint one_row_per_refund   primary key (tenant_id, stripe_id),
  constraint refunds_are_positive check (amount > 0),
  constraint refunds_have_a_tenant
    foreign key (tenant_id) references tenancy.tenant (tenant_id) on delete cascade
);

select fh.protect('billing.refund', 'tenant');

create index refunds_of_an_intent on billing.refund (tenant_id, payment_intent_id);

-- What a credit note took off an open invoice, or gave back of a paid one, and how.
create table billing.credit_note (
  tenant_id            uuid        not null,
  stripe_id            text        not null collate "C",
  invoice_id           text        not null collate "C",
  number               text,
  status               text        not null,
  currency             text        not null,
  total                bigint      not null,
  pre_payment_amount   bigint      not null,
  post_payment_amount  bigint      not null,
  refunded             bigint      not null,
  to_balance           bigint      not null,
  out_of_band          bigint      not null,
  reason               text,
  created_at           timestamptz not null,

  constraint one_row_per_credit_note         primary key (tenant_id, stripe_id),
  constraint credit_notes_are_positive       check (total > 0),
  constraint credit_notes_are_before_or_after
    check (total = pre_payment_amount + post_payment_amount),
  constraint credit_notes_give_it_some_way
    check (post_payment_amount = refunded + to_balance + out_of_band),
  constraint credit_notes_have_a_tenant
    foreign key (tenant_id) references tenancy.tenant (tenant_id) on delete cascade
);

select fh.protect('billing.credit_note', 'tenant');

create index credit_notes_of_an_invoice on billing.credit_note (tenant_id, invoice_id);

create table billing.dispute (
  tenant_id          uuid        not null,
  stripe_id          text        not null collate "C",
  charge_id          text        not null collate "C",
  payment_intent_id  text        collate "C",
  status             text        not null,
  reason             text        not null,
  currency           text        not null,
  amount             bigint      not null,
  due_by             timestamptz,
  created_at         timestamptz not null,

  constraint one_row_per_dispute primary key (tenant_id, stripe_id),
  constraint disputes_are_about_money check (amount >= 0),
  constraint disputes_have_a_tenant
    foreign key (tenant_id) references tenancy.tenant (tenant_id) on delete cascade
);

select fh.protect('billing.dispute', 'tenant');

-- What the customer has as credit (below zero) or owes beside its invoices.
create table billing.balance_transaction (
  tenant_id       uuid        not null,
  stripe_id       text        not null collate "C",
  type            text        not null,
  currency        text        not null,
  amount          bigint      not null,
  ending_balance  bigint      not null,
  invoice_id      text        collate "C",
  credit_note_id  text        collate "C",
  created_at      timestamptz not null,

  constraint one_row_per_balance_transaction primary key (tenant_id, stripe_id),
  constraint balance_transactions_have_a_tenant
    foreign key (tenant_id) references tenancy.tenant (tenant_id) on delete cascade
);

select fh.protect('billing.balance_transaction', 'tenant');
