-- The order in which events are told to products: each gets the next number once it is committed, from
-- one transaction after the other, so that who has read up to a number has missed nothing below it.
-- Numbers only rise, also when old events are gone.

alter table events.outbox add column position bigint;

create unique index outbox_in_order on events.outbox (position) where position is not null;
create index outbox_to_number on events.outbox (occurred_at, id) where position is null;
select fh.worker_index('events.outbox_in_order', 'the feed is read over all tenants');
select fh.worker_index('events.outbox_to_number', 'the worker numbers events of all tenants');

create table events.sequence (
  only_row  boolean not null default true,
  last      bigint  not null,

  constraint one_sequence      primary key (only_row),
  constraint sequence_is_alone check (only_row),
  constraint numbers_begin_at_one check (last >= 0)
);

select fh.protect('events.sequence', 'private', 'fh_worker');

insert into events.sequence (last) values (0);
