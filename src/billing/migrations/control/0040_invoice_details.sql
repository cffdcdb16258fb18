-- What stands on an invoice, so that our pages and our own PDF need nobody else: whom it is for, what
-- each line is, what was taken off and put on. And whose payment was told, so that it is told once.

create table billing.invoice_detail (
  tenant_id                         uuid    not null,
  invoice_id                        text    not null collate "C",
  billing_reason                    text    not null,
  subtotal                          bigint  not null,
  discount                          bigint  not null,
  taxes                             jsonb   not null,
  amount_due                        bigint  not null,
  balance_applied                   bigint  not null,
  pre_payment_credit_notes_amount   bigint  not null,
  post_payment_credit_notes_amount  bigint  not null,
  issuer                            text    not null,
  bill_to                           jsonb   not null,
  custom_fields                     jsonb   not null,
  description                       text,
  footer                            text,
  due_at                            timestamptz,
  voided_at                         timestamptz,
  invoice_pdf                       text,
  lines_final                       boolean not null,

  constraint one_detail_per_invoice     primary key (tenant_id, invoice_id),
  constraint details_belong_to_invoices
    foreign key (tenant_id, invoice_id) references billing.invoice (tenant_id, stripe_id) on delete cascade,
  constraint detail_lists_are_lists
    check (jsonb_typeof(taxes) = 'array' and jsonb_typeof(custom_fields) = 'array')
);

select fh.protect('billing.invoice_detail', 'tenant');

create table billing.invoice_line (
  tenant_id     uuid    not null,
  invoice_id    text    not null collate "C",
  position      integer not null,
  description   text    not null,
  quantity      bigint,
  unit_amount   text,
  amount        bigint  not null,
  period_start  timestamptz,
  period_end    timestamptz,
  is_proration  boolean not null,

  constraint one_line_per_place        primary key (tenant_id, invoice_id, position),
  constraint lines_belong_to_details
    foreign key (tenant_id, invoice_id) references billing.invoice_detail (tenant_id, invoice_id)
    on delete cascade,
  constraint line_periods_are_whole    check ((period_start is null) = (period_end is null))
);

select fh.protect('billing.invoice_line', 'tenant');

create index invoices_by_number on billing.invoice (tenant_id, number);

-- Invoices whose payment was told. Those that were paid before we told of any count as told.
create table billing.receipt (
  tenant_id   uuid        not null,
  invoice_id  text        not null collate "C",
  told_at     timestamptz not null,

  constraint each_payment_is_told_once primary key (tenant_id, invoice_id),
  constraint receipts_belong_to_invoices
    foreign key (tenant_id, invoice_id) references billing.invoice (tenant_id, stripe_id) on delete cascade
);

select fh.protect('billing.receipt', 'tenant');

insert into billing.receipt (tenant_id, invoice_id, told_at)
select tenant_id, stripe_id, coalesce(paid_at, created_at)
  from billing.invoice
 where status = 'paid';
