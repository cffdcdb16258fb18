-- The same as http.idempotency, for requests that write to the data plane: kept in the database, and under
-- the role, of what they wrote.

create table http.data_idempotency (
  tenant_id     uuid        not null,
  key           text        not null,
  route         text        not null,
  request_hash  bytea       not null,
  status        integer     not null,
  content_type  text        not null,
  headers       jsonb       not null,
  body          bytea,
  answered_at   timestamptz not null,

  constraint data_idempotency_keys_are_used_once primary key (tenant_id, key),
  constraint data_idempotency_key_is_short check (octet_length(key) between 1 and 255),
  constraint data_idempotency_keeps_what_was_done check (status between 200 and 399)
);

select fh.protect('http.data_idempotency', 'tenant');

create index data_idempotency_by_age on http.data_idempotency (tenant_id, answered_at);
