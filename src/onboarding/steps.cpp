// The first steps: ticked by what really happened, whoever did it and in whatever order.
#include "core/async.hpp"
#include "core/json.hpp"
#include "onboarding/pages.hpp"

namespace freehold::onboarding {
namespace {

const db::TenantQuery<StepState> select_done{"onboarding.steps", R"(
  select key, done_at
    from onboarding.step
   where tenant_id = $1
   order by done_at, key
   limit 100)"};

struct ChecklistRow {
  std::optional<Instant> dismissed_at;
  std::string wished_plan;
  std::string wished_interval;
};
BOOST_DESCRIBE_STRUCT(ChecklistRow, (), (dismissed_at, wished_plan, wished_interval))

const db::TenantQuery<ChecklistRow> select_checklist{"onboarding.checklist", R"(
  select dismissed_at, wished_plan, wished_interval
    from onboarding.checklist
   where tenant_id = $1)"};

const db::TenantQuery<void, std::string, std::string> insert_wish{"onboarding.keep_wish", R"(
  insert into onboarding.checklist (tenant_id, wished_plan, wished_interval)
  values ($1, $2, $3))"};

const db::TenantQuery<void, std::string, Instant> tick{"onboarding.tick", R"(
  insert into onboarding.step (tenant_id, key, done_at)
  values ($1, $2, $3)
      on conflict on constraint each_step_is_done_once do nothing)"};

const db::TenantQuery<void, std::optional<Instant>> set_dismissed{"onboarding.set_dismissed", R"(
  insert into onboarding.checklist (tenant_id, dismissed_at)
  values ($1, $2)
      on conflict on constraint one_checklist_per_tenant
      do update set dismissed_at = excluded.dismissed_at)"};

Task<> tick_step(db::Database& database, std::string key, const events::Job& job) {
  db::ControlTx tx = database.control(job.actor());
  co_await tx.run(tick, std::move(key), job.event.occurred_at);
  co_await tx.commit();
}

}  // namespace

bool Progress::is_done(std::string_view key) const {
  return std::ranges::find(done, key, &StepState::key) != done.end();
}

Task<Progress> progress(db::ControlRead& db) {
  Progress found;
  found.done = co_await db.rows(select_done);
  const auto checklist = co_await db.find(select_checklist);
  if (!checklist) co_return found;
  found.dismissed = checklist->dismissed_at.has_value();
  found.wish = {checklist->wished_plan, checklist->wished_interval};
  co_return found;
}

Task<> keep_wish(db::ControlTx& tx, const identity::Wish& wish) {
  co_await tx.run(insert_wish, wish.plan, wish.interval);
}

Task<> dismiss(db::ControlTx& tx) {
  co_await tx.run(set_dismissed, std::optional(tx.now()));
}

Task<> reopen(db::ControlTx& tx) {
  co_await tx.run(set_dismissed, std::optional<Instant>());
}

events::Work work(Onboarding& onboarding) {
  events::Work work;
  for (const Step& step : onboarding.steps) {
    // The kind is stored with each job: it is the key of the step, which lives as long as the
    // program.
    const std::string& kind = onboarding.kinds.emplace_back("onboarding.tick_" + step.key);
    work.subscriptions.push_back({.kind = kind,
                                  .on = step.done_by,
                                  .run = [&onboarding, key = step.key](const events::Job& job) {
                                    return tick_step(onboarding.database, key, job);
                                  }});
  }
  return work;
}

}  // namespace freehold::onboarding
