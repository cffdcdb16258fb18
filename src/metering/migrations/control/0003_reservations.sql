-- Units that are held for something that has not happened yet. They are counted when they are held, so
-- that what is held cannot be used twice; what is not needed in the end is taken back. A reservation
-- ends by the machine's clock.

create table metering.reservation (
  tenant_id   uuid        not null,
  id          uuid        not null,
  meter       text        not null,
  key         text        not null,
  quantity    bigint      not null,
  state       text        not null,
  held_at     timestamptz not null,
  expires_at  timestamptz not null,

  constraint reservations_exist_once         primary key (tenant_id, id),
  constraint reservation_keys_hold_once      unique (tenant_id, meter, key),
  constraint reservation_state_is_known      check (state in ('held', 'committed', 'released', 'expired')),
  constraint reservation_holds_something     check (quantity >= 0),
  constraint reservation_key_is_short        check (length(key) between 1 and 255),
  constraint reservations_end_after_starting check (expires_at > held_at)
);

select fh.protect('metering.reservation', 'tenant');

create index reservations_held on metering.reservation (tenant_id, expires_at) where state = 'held';
