-- What a subscription is made up of: a plan's flat price, its seats, its usage, add-ons. The columns of
-- billing.mirror that name one price are those of the item that says which plan it is. A copy from before
-- has no rows here until it is fetched the next time, within a day; until then that price is all it has.
create table billing.item (
  tenant_id        uuid   not null,
  subscription_id  text   not null collate "C",
  stripe_id        text   not null collate "C",
  lookup_key       text   not null,
  quantity         bigint,  -- null: counted by a meter
  amount           bigint not null,

  constraint one_row_per_item          primary key (tenant_id, stripe_id),
  constraint item_quantity_is_not_negative check (quantity >= 0),
  constraint items_have_a_subscription
    foreign key (tenant_id, subscription_id)
    references billing.mirror (tenant_id, stripe_id) on delete cascade
);

select fh.protect('billing.item', 'tenant');

create index items_of_a_subscription on billing.item (tenant_id, subscription_id);
