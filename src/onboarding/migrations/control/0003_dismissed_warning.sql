-- The warning that a limit is nearly reached is put away by each person for themselves: for one meter,
-- period and threshold, so that the next period warns again and reaching the limit is always said.

create table onboarding.dismissed_warning (
  tenant_id     uuid        not null,
  user_id       uuid        not null,
  meter         text        not null,
  period_start  timestamptz not null,
  percent       bigint      not null,

  constraint each_person_dismisses_a_meter_once primary key (tenant_id, user_id, meter),
  constraint only_warnings_are_dismissed        check (percent between 1 and 99),
  constraint dismissed_warnings_have_a_tenant
    foreign key (tenant_id) references tenancy.tenant (tenant_id) on delete cascade
);

select fh.protect('onboarding.dismissed_warning', 'tenant');
