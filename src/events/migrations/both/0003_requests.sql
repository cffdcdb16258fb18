-- Which request, in which trace, an event follows from: the jobs that run for it write both into the
-- log, and what they cause carries them on.

alter table events.outbox
  add column request_id text,
  add column trace_id   text,
  add constraint event_names_its_request check (octet_length(request_id) between 1 and 64),
  add constraint event_names_its_trace   check (trace_id ~ '^[0-9a-f]{32}$');
