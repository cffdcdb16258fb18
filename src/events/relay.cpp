// From events to jobs. The rows are taken with SKIP LOCKED, so several workers may relay at once;
// the jobs and the mark on the event commit together, so an event is relayed once. What was relayed
// gets its place in the feed.
#include "core/async.hpp"
#include "core/json.hpp"
#include "events/feed.hpp"
#include "events/work.hpp"

namespace freehold::events {
namespace {

constexpr std::int64_t batch = 500;

struct Relayed {
  EventId id;
  std::optional<TenantId> tenant_id;
  std::string type;
};
BOOST_DESCRIBE_STRUCT(Relayed, (), (id, tenant_id, type))

const db::Query<Relayed, Instant, std::int64_t> take{"events.take_to_relay", R"(
  update events.outbox
     set relayed_at = $1
   where id in (select id
                  from events.outbox
                 where relayed_at is null
                 order by occurred_at, id
                 limit $2
                   for update skip locked)
  returning id, tenant_id, type)"};

const db::Query<void, std::vector<JobId>, std::vector<Uuid>, std::vector<std::string>,
                std::vector<EventId>, std::vector<std::int32_t>, Instant>
    add_jobs{"events.add_jobs", R"(
  insert into events.job (tenant_id, id, lane, kind, outbox_id, max_attempts, run_at)
  select nullif(j.tenant_id, '00000000-0000-0000-0000-000000000000'), j.id,
         case j.tenant_id when '00000000-0000-0000-0000-000000000000'
              then 'ffffffff-ffff-ffff-ffff-ffffffffffff' else j.tenant_id end,
         j.kind, j.outbox_id, j.max_attempts, $6
    from unnest($1::uuid[], $2::uuid[], $3::text[], $4::uuid[], $5::int4[])
      as j (id, tenant_id, kind, outbox_id, max_attempts)
      on conflict on constraint one_job_per_subscription do nothing)"};

struct NewJobs {
  std::vector<JobId> ids;
  std::vector<Uuid> tenants;  // zero: none
  std::vector<std::string> kinds;
  std::vector<EventId> events;
  std::vector<std::int32_t> max_attempts;
};

NewJobs jobs_of(const std::vector<Relayed>& events, const SubscriptionsByType& subscriptions,
                Instant now) {
  NewJobs jobs;
  for (const Relayed& event : events) {
    const auto [first, last] = subscriptions.equal_range(event.type);
    for (auto at = first; at != last; ++at) {
      jobs.ids.push_back(JobId::make(now));
      jobs.tenants.push_back(event.tenant_id.value_or(TenantId{}).uuid);
      jobs.kinds.emplace_back(at->second->kind);
      jobs.events.push_back(event.id);
      jobs.max_attempts.push_back(at->second->max_attempts);
    }
  }
  return jobs;
}

}  // namespace

Task<std::int64_t> relay(db::Database& database, const SubscriptionsByType& subscriptions,
                         Instant machine_now) {
  db::SystemTx tx = database.system();
  const auto events = co_await tx.rows(take, machine_now, batch);
  if (events.empty()) co_return 0;
  NewJobs jobs = jobs_of(events, subscriptions, machine_now);
  if (!jobs.ids.empty()) {
    co_await tx.run(add_jobs, std::move(jobs.ids), std::move(jobs.tenants), std::move(jobs.kinds),
                    std::move(jobs.events), std::move(jobs.max_attempts), machine_now);
  }
  co_await tx.commit();
  co_await number_events(database);
  co_return std::int64_t(events.size());
}

}  // namespace freehold::events
