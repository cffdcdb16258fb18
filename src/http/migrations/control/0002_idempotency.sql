-- What was answered to a request that carried an Idempotency-Key, kept for 24 hours, written in the
-- transaction of what the request did. body is null where the answer held a secret that is shown once.

create table http.idempotency (
  tenant_id     uuid        not null,
  key           text        not null,
  route         text        not null,
  request_hash  bytea       not null,
  status        integer     not null,
  content_type  text        not null,
  headers       jsonb       not null,
  body          bytea,
  answered_at   timestamptz not null,

  constraint idempotency_keys_are_used_once primary key (tenant_id, key),
  constraint idempotency_key_is_short check (octet_length(key) between 1 and 255),
  constraint idempotency_keeps_what_was_done check (status between 200 and 399)
);

select fh.protect('http.idempotency', 'tenant');

create index idempotency_by_age on http.idempotency (tenant_id, answered_at);
