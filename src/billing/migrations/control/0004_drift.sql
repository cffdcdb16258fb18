-- Where our copy of a subscription is not what Stripe says. Looked for every hour; a line is here for as
-- long as the difference is.
create table billing.drift (
  tenant_id        uuid,
  customer_id      text        not null collate "C",
  subscription_id  text        not null collate "C",
  field            text        not null,
  stripe_says      text        not null,
  we_say           text        not null,
  since            timestamptz not null,
  run              uuid        not null,

  constraint a_difference_is_noted_once primary key (customer_id, subscription_id, field)
);

select fh.protect('billing.drift', 'queue');

create index drift_of_a_tenant on billing.drift (tenant_id);
create index drift_by_age on billing.drift (since, customer_id);
select fh.worker_index('billing.a_difference_is_noted_once', 'Stripe names a customer, not a tenant');
select fh.worker_index('billing.drift_by_age', 'staff read the oldest differences of all tenants');
