// After the last subscription has ended: for how long what the tenant has stored is kept, who is
// asked back when, and the deletion. Everything follows from Stripe's `ended_at` and the time, so
// that late, lost or repeated events give the same letters and the same date.
#pragma once

#include <boost/describe.hpp>
#include <optional>
#include <string>
#include <vector>

#include "billing/standing.hpp"
#include "core/actor.hpp"
#include "core/keys.hpp"
#include "core/task.hpp"
#include "db/db.hpp"

namespace freehold::billing {

struct Billing;

// It is time to ask a customer back; each day of `Policy::win_back` once.
inline constexpr EventType win_back_step_reached{"win_back.step_reached"};
inline constexpr EventType purge_scheduled{"purge.scheduled"};
// The last notice, `Policy::purge_notice` before what is stored is deleted.
inline constexpr EventType purge_announced{"purge.announced"};
inline constexpr EventType purge_canceled{"purge.canceled"};
// What the tenant has stored is deleted. A product with tables of its own deletes its part.
inline constexpr EventType tenant_purged{"tenant.purged"};

// The end of what a tenant paid for.
struct Ending {
  std::string subscription_id;
  Instant ended_at;
};
// Nothing while a subscription or our own trial gives something, and for who never had one. An end
// before the tenant was here counts from its start here.
std::optional<Ending> ending_of(const Facts& facts, Instant now);

// Whether what is stored is deleted after the retention at all.
bool purges(const Policy& policy, const catalog::Catalog& catalog);

// The day of win-back that is reached at `now`, and when the next is; 0 and nothing: none. A step
// that is more than a month late is not told any more.
struct WinBack {
  std::vector<int> reached;  // ascending; the last is the one to tell
  bool is_late = false;      // for the last one, too
  std::optional<Instant> next_at;
};
WinBack win_back_at(const Ending& ending, const Policy& policy, Instant now);

enum class PurgeState { scheduled, held, canceled, executing, done };
BOOST_DESCRIBE_ENUM(PurgeState, scheduled, held, canceled, executing, done)

struct Purge {
  std::string subscription_id;
  PurgeState state;
  Instant purge_at;
  std::optional<Instant> announced_at;
  std::optional<std::string> reason;  // of a hold or a cancellation by staff
  std::optional<Instant> purged_at;
  std::int64_t rows_purged = 0;
};
BOOST_DESCRIBE_STRUCT(Purge, (),
                      (subscription_id, state, purge_at, announced_at, reason, purged_at,
                       rows_purged))

// Where a tenant whose subscription ended stands.
struct Retention {
  std::string state;  // canceled_retained, canceled_purgeable, purged
  Instant ended_at;
  std::optional<Purge> purge = {};  // nothing: it is kept for as long as the tenant is here
  // When it will be deleted; nothing while somebody holds it.
  std::optional<Instant> purge_at() const;
};
// Nothing while it has a subscription, and for who never had one.
Task<std::optional<Retention>> find_retention(db::ControlRead& db);
// The deletion that is scheduled, held or under way: one look, for the frame of every page.
Task<std::optional<Purge>> find_planned_purge(db::ControlRead& db);
// The day of win-back that was told last; 0: none.
Task<int> latest_win_back(db::ControlRead& db, std::string subscription_id);

// --- For staff -----------------------------------------------------------------------------------
// Each with a reason of 10 to 500 characters, which is in the audit; Problem 422 without one, 409
// `no_purge` when there is nothing to decide any more.

Task<> hold_purge(db::ControlTx& tx, std::string reason);
// It is announced anew, so that it is never executed without a warning.
Task<> release_purge(db::ControlTx& tx, std::string reason);
// For good: this end of a subscription deletes nothing.
Task<> cancel_purge(db::ControlTx& tx, std::string reason);

// --- For the worker that deletes (module moving) -------------------------------------------------

struct PlannedPurge {
  TenantId tenant_id;
  PurgeState state;
  Instant purge_at;
  std::optional<Instant> announced_at;
};
BOOST_DESCRIBE_STRUCT(PlannedPurge, (), (tenant_id, state, purge_at, announced_at))
// Those that are not over, the next one first; at most 1,000.
Task<std::vector<PlannedPurge>> planned_purges(db::SystemRead& db);

// Who acts for it.
Actor actor_of(const PlannedPurge& planned);

// Takes the next one that is due, asks Stripe once more whether the subscription is over, and marks
// it as begun: from then on it cannot be taken back. Who acts in the tenant; nothing: none is due,
// or Stripe does not answer.
Task<std::optional<Actor>> begin_due_purge(Billing& billing);
// It is done: the event and the audit say so. Doing it twice is the same as doing it once.
Task<> finish_purge(Billing& billing, const Actor& actor, std::int64_t rows);

}  // namespace freehold::billing
