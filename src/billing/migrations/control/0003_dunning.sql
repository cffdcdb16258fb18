-- Why an invoice could not be collected, in our words; and which reminders about it were due, so that
-- each is sent once, whatever the order of events.

alter table billing.invoice
  add column failure text,
  add constraint failure_is_known
    check (failure in ('authentication_required', 'hard_decline', 'soft_decline',
                       'no_payment_method'));

-- An episode is a subscription with the invoice that its grace is counted from. `is_sent` is false for a
-- step that was overtaken: of several that are overdue only the latest is sent.
create table billing.dunning_step (
  tenant_id        uuid        not null,
  subscription_id  text        not null collate "C",
  invoice_id       text        not null collate "C",
  step             text        not null,
  is_sent          boolean     not null,
  reached_at       timestamptz not null,

  constraint each_dunning_step_is_reached_once
    primary key (tenant_id, subscription_id, invoice_id, step),
  constraint dunning_step_is_known check (step in ('first', 'reminder', 'last_warning', 'cut')),
  constraint dunning_steps_have_a_tenant
    foreign key (tenant_id) references tenancy.tenant (tenant_id) on delete cascade
);

select fh.protect('billing.dunning_step', 'tenant');
