// The warning that a limit is nearly reached: who is warned, and how one person puts it away. It
// comes back by itself in the next period; that a limit is reached cannot be put away.
#include "core/async.hpp"
#include "core/json.hpp"
#include "onboarding/pages.hpp"

namespace freehold::onboarding {
namespace {

using metering::warning_percent;

const db::TenantQuery<DismissedWarning, UserId> select_dismissed{"onboarding.dismissed_warnings",
                                                                 R"(
  select meter, period_start, percent
    from onboarding.dismissed_warning
   where tenant_id = $1
     and user_id = $2
   order by meter
   limit 100)"};

const db::TenantQuery<void, UserId, std::string, Instant, std::int64_t> upsert_dismissed{
    "onboarding.dismiss_warning", R"(
  insert into onboarding.dismissed_warning (tenant_id, user_id, meter, period_start, percent)
  values ($1, $2, $3, $4, $5)
      on conflict on constraint each_person_dismisses_a_meter_once
      do update set period_start = excluded.period_start, percent = excluded.percent)"};

bool is_at(const metering::Usage& usage, std::int64_t percent) {
  return usage.limit && *usage.limit > 0 && usage.used * 100 >= *usage.limit * percent;
}

Task<http::Response> dismiss_warning(Onboarding& onboarding, http::Request& req,
                                     db::ControlTx& tx) {
  const auto snapshot = co_await onboarding.gates.snapshot(req.actor());
  const auto usage = co_await metering::usage(tx, *snapshot, onboarding.catalog);
  const auto at = std::ranges::find(usage, req.form().get("meter"), &metering::Usage::meter);
  if (at != usage.end() && is_nearly_full(*at)) {
    co_await tx.run(upsert_dismissed, req.session().user, at->meter, at->period_start,
                    warning_percent);
  }
  co_return http::see_other(back_to(req));
}

}  // namespace

bool is_full(const metering::Usage& usage) {
  return is_at(usage, 100);
}

bool is_nearly_full(const metering::Usage& usage) {
  return is_at(usage, warning_percent) && !is_full(usage);
}

Task<std::vector<DismissedWarning>> dismissed_warnings(db::ControlRead& db, UserId person) {
  co_return co_await db.rows(select_dismissed, person);
}

bool is_dismissed(const std::vector<DismissedWarning>& dismissed, const metering::Usage& usage) {
  const DismissedWarning warning{usage.meter, usage.period_start, warning_percent};
  return std::ranges::find(dismissed, warning) != dismissed.end();
}

void warning_routes(http::Router& at, Onboarding& onboarding) {
  at.with(onboarding)
      .post("/t/{slug}/usage/warning/dismissal", dismiss_warning, http::member,
            http::Words{.while_limited = true});
}

}  // namespace freehold::onboarding
