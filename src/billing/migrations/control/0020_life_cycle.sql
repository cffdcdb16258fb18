-- What of a subscription is on hold or will change by itself, as Stripe says it: a schedule with the
-- plan that follows, a pause and its reason, a pause of collecting alone, why it was canceled.
alter table billing.mirror
  -- Since when the status is what it is, by our fetches: a status that we do not know keeps access for
  -- a while only.
  add column status_since           timestamptz not null default now(),
  add column schedule_id            text collate "C",
  add column pending_lookup_key     text,
  add column pending_amount         bigint,
  add column pending_interval       text,
  add column pending_at             timestamptz,
  add column pause_collection       text,
  add column collection_resumes_at  timestamptz,
  add column paused_reason          text,
  add column cancellation_feedback  text,
  add column cancellation_comment   text,
  add constraint pending_change_is_whole
    check (num_nulls(pending_lookup_key, pending_amount, pending_interval, pending_at) in (0, 4)),
  add constraint pending_change_has_a_schedule check (pending_at is null or schedule_id is not null),
  add constraint resumption_is_of_a_pause
    check (collection_resumes_at is null or pause_collection is not null);

-- What is to be sent when a command has been carried out: a list of {kind, method, path, params}. The
-- first becomes a command in the transaction that ends this one, and takes the rest along.
alter table billing.command
  add column method    text  not null default 'POST',
  add column followed  jsonb not null default '[]',
  add constraint command_method_is_known check (method in ('POST', 'DELETE')),
  add constraint command_is_followed_by_a_list check (jsonb_typeof(followed) = 'array');
