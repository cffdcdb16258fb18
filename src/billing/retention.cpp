// What follows from the facts: pure functions, and what is known of one tenant.
#include "billing/retention.hpp"

#include <algorithm>

#include "billing/ledger.hpp"
#include "core/async.hpp"

namespace freehold::billing {
namespace {

constexpr Duration win_back_ends = days(30);  // after a step's own day

const db::TenantQuery<Purge, std::string> select_purge{"billing.find_purge", R"(
  select subscription_id, state, purge_at, announced_at, reason, purged_at, rows_purged
    from billing.purge
   where tenant_id = $1 and subscription_id = $2)"};

const db::TenantQuery<Purge> select_planned{"billing.find_planned_purge", R"(
  select subscription_id, state, purge_at, announced_at, reason, purged_at, rows_purged
    from billing.purge
   where tenant_id = $1 and state in ('scheduled', 'held', 'executing'))"};

const db::TenantQuery<std::int32_t, std::string> select_latest{"billing.latest_win_back", R"(
  select day
    from billing.win_back_step
   where tenant_id = $1 and subscription_id = $2
   order by day desc
   limit 1)"};

bool gives_something(const Mirror& mirror) {
  return is_live(mirror) && mirror.status != "incomplete";
}

// Of a subscription that is over; Stripe always says it of one that was canceled.
std::optional<Instant> end_of(const Mirror& mirror) {
  if (mirror.status != "canceled") return {};
  return mirror.ended_at ? mirror.ended_at : mirror.canceled_at;
}

std::string state_of(const std::optional<Purge>& purge, Instant now) {
  if (!purge) return "canceled_retained";
  if (purge->state == PurgeState::done) return "purged";
  const bool is_due = purge->state == PurgeState::executing ||
                      (purge->state != PurgeState::canceled && purge->purge_at <= now);
  return is_due ? "canceled_purgeable" : "canceled_retained";
}

}  // namespace

std::optional<Ending> ending_of(const Facts& facts, Instant now) {
  if (std::ranges::any_of(facts.mirrors, gives_something)) return {};
  const Trial& trial = facts.trial;
  if (trial.ends_at && now < *trial.ends_at) return {};
  std::optional<Ending> last;
  for (const Mirror& mirror : facts.mirrors) {
    const auto at = end_of(mirror);
    if (at && (!last || *at > last->ended_at)) last = Ending{mirror.stripe_id, *at};
  }
  if (last)
    last->ended_at =
        std::max({last->ended_at, trial.started_at, trial.ends_at.value_or(Instant{})});
  return last;
}

bool purges(const Policy& policy, const catalog::Catalog& catalog) {
  switch (policy.purge_after_cancel) {
    case PurgeAfterCancel::never:
      return false;
    case PurgeAfterCancel::retention:
      return true;
    case PurgeAfterCancel::without_free_plan:
      return !catalog.has_free_plan();
  }
  return false;
}

WinBack win_back_at(const Ending& ending, const Policy& policy, Instant now) {
  WinBack found;
  for (const int day : policy.win_back) {
    const Instant at = ending.ended_at + days(day);
    if (at <= now) {
      found.reached.push_back(day);
    } else if (!found.next_at || at < *found.next_at) {
      found.next_at = at;
    }
  }
  std::ranges::sort(found.reached);
  found.is_late =
      !found.reached.empty() && ending.ended_at + days(found.reached.back()) + win_back_ends < now;
  return found;
}

std::optional<Instant> Retention::purge_at() const {
  if (!purge || (purge->state != PurgeState::scheduled && purge->state != PurgeState::executing))
    return {};
  return purge->purge_at;
}

Task<std::optional<Retention>> find_retention(db::ControlRead& db) {
  const Facts known = co_await facts(db);
  const auto ending = ending_of(known, db.now());
  if (!ending) co_return std::nullopt;
  Retention retention{.state = {}, .ended_at = ending->ended_at};
  retention.purge = co_await db.find(select_purge, ending->subscription_id);
  retention.state = state_of(retention.purge, db.now());
  co_return retention;
}

Task<std::optional<Purge>> find_planned_purge(db::ControlRead& db) {
  co_return co_await db.find(select_planned);
}

Task<int> latest_win_back(db::ControlRead& db, std::string subscription_id) {
  const auto day = co_await db.find(select_latest, std::move(subscription_id));
  co_return day.value_or(0);
}

}  // namespace freehold::billing
