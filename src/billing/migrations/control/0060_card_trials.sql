-- The trial that a workspace was given because it entered a card: one for each workspace, ever, and one for
-- each card, whoever enters it. A workspace whose card had one elsewhere stands here as well, so that the
-- decision is made once.
--
-- Stripe's fingerprint of a card stands here as it is. It is no secret: our copy of the subscription has it
-- anyway, it leads to no card number, and it means nothing outside of our own Stripe account. A keyed hash
-- would hide it from nobody, and would give every card a second trial when the key is replaced.
create table billing.card_trial (
  tenant_id        uuid        not null,
  fingerprint      text        not null collate "C",
  subscription_id  text        not null collate "C",
  decided_at       timestamptz not null,
  is_refused       boolean     not null,

  constraint one_card_trial_per_tenant primary key (tenant_id),
  constraint card_trials_have_a_tenant
    foreign key (tenant_id) references tenancy.tenant (tenant_id) on delete cascade
);

-- Whose card it was is never read, only that a row of another workspace is in the way.
select fh.protect('billing.card_trial', 'directory');

create unique index a_card_has_one_trial on billing.card_trial (fingerprint) where not is_refused;
