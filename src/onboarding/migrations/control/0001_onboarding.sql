-- The first steps of a tenant: which are done, and whether the list was put away.

create schema onboarding;

create table onboarding.step (
  tenant_id  uuid        not null,
  key        text        not null,
  done_at    timestamptz not null,

  constraint each_step_is_done_once primary key (tenant_id, key),
  constraint steps_have_a_tenant
    foreign key (tenant_id) references tenancy.tenant (tenant_id) on delete cascade
);

select fh.protect('onboarding.step', 'tenant');

create table onboarding.checklist (
  tenant_id     uuid        not null,
  dismissed_at  timestamptz,

  constraint one_checklist_per_tenant primary key (tenant_id),
  constraint checklists_have_a_tenant
    foreign key (tenant_id) references tenancy.tenant (tenant_id) on delete cascade
);

select fh.protect('onboarding.checklist', 'tenant');
