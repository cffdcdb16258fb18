-- Jobs: one row per event and subscription, leased by workers with a token, so that a worker that
-- was taken for dead cannot finish what another has begun again.

create table events.job (
  tenant_id     uuid,
  id            uuid        not null,
  lane          uuid        not null,
  kind          text        not null,
  outbox_id     uuid        not null,
  state         text        not null default 'available',
  run_at        timestamptz not null,
  attempt       integer     not null default 0,
  max_attempts  integer     not null,
  lease_token   uuid,
  lease_until   timestamptz,
  last_error    text,
  ended_at      timestamptz,

  constraint job_ids_are_unique       primary key (id),
  constraint one_job_per_subscription unique (outbox_id, kind),
  constraint job_state_is_known       check (state in ('available', 'running', 'done', 'dead')),
  constraint running_jobs_have_a_lease
    check ((state = 'running') = (lease_token is not null and lease_until is not null)),
  constraint ended_jobs_say_when      check ((state in ('done', 'dead')) = (ended_at is not null))
);

select fh.protect('events.job', 'queue');

create index job_of_a_tenant on events.job (tenant_id, ended_at desc);
create index job_to_run on events.job (lane, run_at, id) where state = 'available';
create index job_leased on events.job (lease_until) where state = 'running';
create index job_done on events.job (ended_at) where state = 'done';
create index job_dead on events.job (ended_at) where state = 'dead';
select fh.worker_index('events.one_job_per_subscription', 'the relay makes each job once');
select fh.worker_index('events.job_to_run', 'workers take turns over all tenants');
select fh.worker_index('events.job_leased', 'leases of dead workers are found over all tenants');
select fh.worker_index('events.job_done', 'jobs that were done long ago are removed');
select fh.worker_index('events.job_dead', 'the staff panel lists failed jobs, metrics count them');

-- When each cron runs next, in business time. Taking the row is what makes it run once.
create table events.cron (
  name     text        not null,
  next_at  timestamptz not null,

  constraint one_row_per_cron primary key (name)
);

select fh.protect('events.cron', 'private', 'fh_worker');
