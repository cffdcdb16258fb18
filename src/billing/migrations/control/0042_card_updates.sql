-- The page on which a new card is being entered. What comes of it is taken over once, whichever way the
-- person comes back, and however often.

create table billing.card_update (
  tenant_id   uuid        not null,
  session_id  text        not null,
  opened_at   timestamptz not null,

  constraint one_card_update_per_tenant primary key (tenant_id),
  constraint card_updates_have_a_tenant
    foreign key (tenant_id) references tenancy.tenant (tenant_id) on delete cascade
);

select fh.protect('billing.card_update', 'tenant');
