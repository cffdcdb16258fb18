// The job queue: leasing in turns over the tenants, and every way a job ends. Each ending names the
// lease token, so a worker that lost its lease changes nothing.
#include <cmath>

#include "core/async.hpp"
#include "core/json.hpp"
#include "core/log.hpp"
#include "events/work.hpp"

namespace freehold::events {
namespace {

struct LeasedRow {
  JobId id;
  Uuid lane;
  std::string kind;
  std::int32_t attempt;
  std::int32_t max_attempts;
  EventId event_id;
  std::string type;
  std::optional<TenantId> tenant_id;
  db::RawJson payload;
  Instant occurred_at;
  std::optional<std::string> request_id;
  std::optional<std::string> trace_id;
};
BOOST_DESCRIBE_STRUCT(LeasedRow, (),
                      (id, lane, kind, attempt, max_attempts, event_id, type, tenant_id, payload,
                       occurred_at, request_id, trace_id))

// Steps from lane to lane over the index (a loose scan) and takes a few of each, so that a tenant
// with a hundred thousand jobs delays the others by one turn only.
const db::Query<LeasedRow, Uuid, Instant, std::int64_t, Uuid, Instant> lease{"events.lease_jobs",
                                                                             R"(
  with recursive lane as (
      (select j.lane
         from events.job j
        where j.state = 'available' and j.lane > $1
        order by j.lane
        limit 1)
       union all
      select (select j.lane
                from events.job j
               where j.state = 'available' and j.lane > lane.lane
               order by j.lane
               limit 1)
        from lane
       where lane.lane is not null
  ), turn as (
      select picked.id
        from (select lane.lane from lane where lane.lane is not null limit 64) lanes
       cross join lateral (select j.id
                             from events.job j
                            where j.lane = lanes.lane
                              and j.state = 'available'
                              and j.run_at <= $2
                            order by j.run_at, j.id
                            limit 4
                              for update skip locked) picked
       limit $3
  ), leased as (
      update events.job j
         set state = 'running', attempt = j.attempt + 1, lease_token = $4, lease_until = $5
        from turn
       where j.id = turn.id
      returning j.id, j.lane, j.kind, j.attempt, j.max_attempts, j.outbox_id
  )
  select leased.id, leased.lane, leased.kind, leased.attempt, leased.max_attempts,
         o.id as event_id, o.type, o.tenant_id, o.payload, o.occurred_at, o.request_id,
         o.trace_id
    from leased
    join events.outbox o on o.id = leased.outbox_id
   order by leased.lane, leased.id)"};

const db::Query<void, JobId, Uuid, Instant> extend{"events.extend_lease", R"(
  update events.job
     set lease_until = $3
   where id = $1 and lease_token = $2)"};

const db::Query<void, JobId, Uuid, Instant> finish{"events.finish_job", R"(
  update events.job
     set state = 'done', ended_at = $3, lease_token = null, lease_until = null
   where id = $1 and lease_token = $2)"};

const db::Query<void, JobId, Uuid, Instant, std::string> retry{"events.retry_job", R"(
  update events.job
     set state = 'available', run_at = $3, last_error = $4, lease_token = null, lease_until = null
   where id = $1 and lease_token = $2)"};

const db::Query<void, JobId, Uuid, Instant> postpone{"events.postpone_job", R"(
  update events.job
     set state = 'available', run_at = $3, attempt = attempt - 1, lease_token = null,
         lease_until = null
   where id = $1 and lease_token = $2)"};

const db::Query<void, JobId, Uuid, Instant, std::string> bury{"events.bury_job", R"(
  update events.job
     set state = 'dead', ended_at = $3, last_error = $4, lease_token = null, lease_until = null
   where id = $1 and lease_token = $2)"};

const db::Query<void, Instant> rescue{"events.rescue_jobs", R"(
  update events.job
     set state = 'available', run_at = $1, last_error = 'its worker ended without a word',
         lease_token = null, lease_until = null
   where state = 'running' and lease_until < $1)"};

const db::Query<void, Instant> remove_old{"events.remove_old_jobs", R"(
  delete from events.job
   where state = 'done' and ended_at < $1)"};

// Each count reads one partial index.
const db::Query<Backlog, Instant> count_jobs{"events.backlog", R"(
  select (select count(*) from events.job where state = 'available') as available,
         (select count(*) from events.job where state = 'running') as running,
         (select count(*) from events.job where state = 'dead') as dead,
         coalesce((select extract(epoch from $1 - min(run_at))
                     from events.job
                    where state = 'available' and run_at <= $1), 0)::float8 as oldest_due_seconds)"};

const db::Query<DeadJob> dead{"events.dead_jobs", R"(
  select id, kind, tenant_id, attempt, coalesce(last_error, '') as error, coalesce(ended_at) as failed_at
    from events.job
   where state = 'dead'
   order by ended_at desc, id desc
   limit 200)"};

const db::TenantQuery<void, JobId, Instant> revive{"events.replay_job", R"(
  update events.job
     set state = 'available', run_at = $3, attempt = 0, ended_at = null
   where tenant_id = $1 and id = $2 and state = 'dead')"};

const db::Query<void, JobId, Instant> revive_own{"events.replay_own_job", R"(
  update events.job
     set state = 'available', run_at = $2, attempt = 0, ended_at = null
   where tenant_id is null and id = $1 and state = 'dead')"};

Leased leased_of(LeasedRow row, Uuid token) {
  Event event{.id = row.event_id,
              .type = std::move(row.type),
              .tenant = row.tenant_id,
              .payload = std::move(row.payload.text),
              .occurred_at = row.occurred_at,
              .request_id = row.request_id.value_or(""),
              .trace_id = row.trace_id.value_or("")};
  return {{row.id, std::move(row.kind), std::move(event), row.attempt}, token, row.max_attempts};
}

template <class Query, class... Args>
Task<std::int64_t> run_alone(db::Database& database, const Query& query, Args... args) {
  db::SystemTx tx = database.system();
  const std::int64_t changed = co_await tx.run(query, std::move(args)...);
  co_await tx.commit();
  co_return changed;
}

void note_lost_lease(const Leased& leased, std::int64_t changed) {
  if (changed == 0)
    log::warn("job.lease_lost", leased.job.cause(),
              {{"job", to_string(leased.job.id)}, {"kind", leased.job.kind}});
}

}  // namespace

Origin Job::origin() const {
  return {.request_id = event.request_id, .trace_id = event.trace_id};
}

log::Cause Job::cause() const {
  return {.tenant = event.tenant, .request = event.request_id, .trace = event.trace_id};
}

Actor Job::actor() const {
  if (!event.tenant) throw std::logic_error("this job has no tenant: " + kind);
  return actor_in(*event.tenant);
}

Actor Job::actor_in(TenantId tenant) const {
  return ActorMint::job(tenant, kind, origin());
}

Task<std::vector<Leased>> lease_jobs(db::Database& database, std::int64_t count,
                                     Instant machine_now, Instant lease_until, Uuid& after) {
  const Uuid token = new_uuid(machine_now);
  db::SystemTx tx = database.system();
  auto rows = co_await tx.rows(lease, after, machine_now, count, token, lease_until);
  if (rows.empty() && after != Uuid{}) {  // past the last lane: begin with the first again
    after = Uuid{};
    rows = co_await tx.rows(lease, after, machine_now, count, token, lease_until);
  }
  co_await tx.commit();
  after = rows.empty() ? Uuid{} : rows.back().lane;
  std::vector<Leased> jobs;
  jobs.reserve(rows.size());
  for (auto& row : rows) jobs.push_back(leased_of(std::move(row), token));
  co_return jobs;
}

Task<> extend_lease(db::Database& database, const Leased& leased, Instant until) {
  const auto changed = co_await run_alone(database, extend, leased.job.id, leased.token, until);
  note_lost_lease(leased, changed);
}

Task<> finish_job(db::Database& database, const Leased& leased, Instant machine_now) {
  const auto changed =
      co_await run_alone(database, finish, leased.job.id, leased.token, machine_now);
  note_lost_lease(leased, changed);
}

Task<> retry_job(db::Database& database, const Leased& leased, Instant run_at, std::string error) {
  const auto changed =
      co_await run_alone(database, retry, leased.job.id, leased.token, run_at, std::move(error));
  note_lost_lease(leased, changed);
}

Task<> postpone_job(db::Database& database, const Leased& leased, Instant run_at) {
  const auto changed = co_await run_alone(database, postpone, leased.job.id, leased.token, run_at);
  note_lost_lease(leased, changed);
}

Task<> bury_job(db::Database& database, const Leased& leased, Instant machine_now,
                std::string error) {
  const auto changed = co_await run_alone(database, bury, leased.job.id, leased.token, machine_now,
                                          std::move(error));
  note_lost_lease(leased, changed);
}

Task<std::int64_t> rescue_jobs(db::Database& database, Instant machine_now) {
  return run_alone(database, rescue, machine_now);
}

Task<> remove_old_jobs(db::Database& database, Instant ended_before) {
  co_await run_alone(database, remove_old, ended_before);
}

Duration backoff(std::int32_t attempt, double chance) {
  const double base = std::min(15.0 * std::pow(2.0, attempt - 1), 86'400.0);
  return Duration{std::int64_t(base * (0.8 + 0.4 * chance) * 1e6)};
}

Task<Backlog> backlog(db::SystemRead& db, Instant machine_now) {
  return db.row(count_jobs, machine_now);
}

Task<std::vector<DeadJob>> dead_jobs(db::SystemRead& db) {
  co_return co_await db.rows(dead);
}

Task<> replay(db::ControlTx& tx, JobId job, Instant machine_now) {
  const auto changed = co_await tx.run(revive, job, machine_now);
  if (changed == 0) throw Problem::not_found("failed job");
}

Task<> replay(db::SystemTx& tx, JobId job, Instant machine_now) {
  const auto changed = co_await tx.run(revive_own, job, machine_now);
  if (changed == 0) throw Problem::not_found("failed job");
}

}  // namespace freehold::events
