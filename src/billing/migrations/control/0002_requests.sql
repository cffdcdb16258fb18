-- Which request, in which trace, a command or the last hint about a customer came from: what the
-- worker does for it later writes both into the log, and what it causes carries them on.

alter table billing.command
  add column request_id text,
  add column trace_id   text,
  add constraint command_names_its_request check (octet_length(request_id) between 1 and 64),
  add constraint command_names_its_trace   check (trace_id ~ '^[0-9a-f]{32}$');

alter table billing.sync
  add column request_id text,
  add column trace_id   text,
  add constraint hint_names_its_request check (octet_length(request_id) between 1 and 64),
  add constraint hint_names_its_trace   check (trace_id ~ '^[0-9a-f]{32}$');
