-- What happened, one row per event, written in the transaction that made it happen. Each database
-- has its own. Rows are kept: the feed, the event log and analytics read them later.

create schema events;

create table events.outbox (
  tenant_id    uuid,
  id           uuid        not null,
  type         text        not null,
  payload      jsonb       not null,
  occurred_at  timestamptz not null,
  relayed_at   timestamptz,

  constraint event_ids_are_unique   primary key (id),
  constraint event_type_is_a_word   check (type ~ '^[a-z_]+(\.[a-z_]+)+$'),
  constraint event_payload_is_small check (octet_length(payload::text) <= 16384)
);

select fh.protect('events.outbox', 'queue');
select fh.insert_only('events.outbox');

create index outbox_of_a_tenant on events.outbox (tenant_id, occurred_at desc, id desc);
create index outbox_to_relay on events.outbox (occurred_at, id) where relayed_at is null;
select fh.worker_index('events.outbox_to_relay', 'the relay takes the oldest rows of all tenants');
