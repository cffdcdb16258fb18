// May they? One immutable snapshot per tenant, read from process memory; a change commits a new
// version, and every node sees it within a second even when Redis is down.
#pragma once

#include <boost/describe.hpp>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "catalog/catalog.hpp"
#include "core/actor.hpp"
#include "core/keys.hpp"
#include "core/module.hpp"
#include "core/problem.hpp"
#include "core/runtime.hpp"
#include "core/task.hpp"
#include "core/time.hpp"
#include "db/db.hpp"

namespace freehold::redis {
class Client;
}

namespace freehold::entitlements {

inline constexpr EventType plan_changed{"plan.changed"};
inline constexpr EventType access_changed{"access.changed"};
inline constexpr EventType override_set{"override.set"};
inline constexpr EventType override_revoked{"override.revoked"};
Module module();

// What the tenant may do at all. Billing derives it from the subscription.
//   full     everything that the plan includes
//   grace    the same, with a banner: a payment has failed
//   limited  reading, export and billing pages
//   none     billing pages only
enum class Access { full, grace, limited, none };
BOOST_DESCRIBE_ENUM(Access, full, grace, limited, none)

// Billing's word on a tenant. `next_change_at` is when it changes by itself (a trial or a grace
// period ends) and `then_…` what it becomes, so that time needs no event.
struct Standing {
  std::string plan = {};
  std::int32_t plan_version = 1;
  Access access = Access::full;
  std::string source = "default";            // trial, subscription or default
  std::optional<Instant> access_until = {};  // end of the trial, of grace, or of a cancelled period
  std::optional<Instant> next_change_at = {};
  std::string then_plan = {};
  Access then_access = Access::full;
  // Usage is counted by the month from this instant on (a monthly subscription's start; the day of
  // the month for a yearly one). It may lie in the future: a subscription whose trial still runs.
  Instant usage_anchor = {};
  // Add-ons that were bought on top, with how often: "storage=2 exports=1". They end with the plan.
  std::string addons = {};

  friend bool operator==(const Standing&, const Standing&) = default;
};
BOOST_DESCRIBE_STRUCT(Standing, (),
                      (plan, plan_version, access, source, access_until, next_change_at, then_plan,
                       then_access, usage_anchor, addons))

// [start, end)
struct Period {
  Instant start;
  Instant end;
};
// The month of usage that `now` falls into.
Period usage_period(const Standing& standing, Instant now);

// Stores the standing in the transaction that changed what it follows from, raises the version, and
// emits plan.changed and access.changed for what did change. The same standing again changes
// nothing. Called by billing only.
Task<> set_standing(db::ControlTx& tx, Standing standing);
Task<Standing> get_standing(db::ControlRead& db);
Task<std::optional<Standing>> find_standing(db::ControlRead& db);

struct OverrideTag {
  static constexpr std::string_view prefix = "override";
};
using OverrideId = Id<OverrideTag>;

enum class OverrideKind { plan, feature, limit };
BOOST_DESCRIBE_ENUM(OverrideKind, plan, feature, limit)

// A grant by staff: wins over what was bought until it expires or is revoked.
struct Override {
  OverrideId id = {};
  OverrideKind kind = OverrideKind::plan;
  std::string key = {};     // of the plan, feature, limit or meter
  std::string value = {};   // feature: "on" or "off"; limit: a number or "unlimited"; plan: empty
  std::string reason = {};  // 10 to 500 characters; in the audit
  Instant starts_at = {};
  std::optional<Instant> expires_at = {};
};
BOOST_DESCRIBE_STRUCT(Override, (), (id, kind, key, value, reason, starts_at, expires_at))

struct NewOverride {
  OverrideKind kind = OverrideKind::plan;
  std::string key;
  std::string value;
  std::string reason;
  std::optional<Instant> expires_at;
};
// Replaces the one in force for the same kind and key. Throws Problem 422 with what is wrong with
// it.
Task<Override> set_override(db::ControlTx& tx, const catalog::Catalog& catalog, NewOverride draft);
Task<> revoke_override(db::ControlTx& tx, OverrideId id);
// Those not revoked, expired ones included; newest first.
Task<std::vector<Override>> overrides(db::ControlRead& db);

// What a tenant has now. Immutable: a request takes one and keeps it to its end.
struct Snapshot {
  TenantId tenant;
  std::int64_t version = 0;  // header Freehold-Entitlement-Version
  std::string plan;
  std::string plan_name;
  // What was bought or granted and is no longer in plans.toml; the default plan is in its place.
  std::string unknown_plan;
  Access access = Access::full;
  Standing standing;
  bool overridden = false;  // some override is in force
  bool stale = false;       // served past its time, because the database does not answer
  std::optional<Instant> next_change_at;  // it has to be evaluated anew from then on
  std::set<std::string, std::less<>> features;
  catalog::Allowances allowances;  // limits and meters
  std::map<std::string, std::int64_t, std::less<>> rates;

  bool is_enabled(const Feature& feature) const;
  // A key that the plan does not mention allows nothing.
  catalog::Allowance allowance(std::string_view limit_or_meter) const;
  // Requests a minute for a class that the plan limits; nothing: the installation's default.
  std::optional<std::int64_t> rate(std::string_view rate_class) const;
};

// Pure: from the standing and the overrides to the snapshot at `now`. Whose it is and its version
// are for the caller to add.
Snapshot evaluate(const Standing& standing, const std::vector<Override>& overrides,
                  const catalog::Catalog& catalog, Instant now);

// The snapshots of this process.
class Gates {
 public:
  // `redis` may be null: then changes travel by the poll alone.
  Gates(Runtime& runtime, db::Database& database, redis::Client* redis, Clocks clocks,
        const catalog::Catalog& catalog);
  ~Gates();
  // Starts, on thread 0, the poll that keeps every thread's snapshots fresh.
  void start();
  Task<> drain();

  // From memory, without I/O or a lock; the first call for a tenant on a thread loads it. When the
  // database is away: the last known one, marked stale, for up to 24 h; Problem 503 without one.
  Task<std::shared_ptr<const Snapshot>> snapshot(const Actor& actor);
  // The same, never older than a change that the caller has heard of.
  Task<std::shared_ptr<const Snapshot>> snapshot(const Actor& actor, std::int64_t min_version);
  // The same, as of now in the database: for those who are told of changes, and must not keep what
  // was before the last one. Problem 503 when the database is away.
  Task<std::shared_ptr<const Snapshot>> newest(const Actor& actor);
  // What is in this thread's memory, or null.
  const Snapshot* peek(TenantId tenant) const;

  // After `tx` commits, other nodes are told at once instead of at their next poll.
  void announce(db::ControlTx& tx);
  // One look at what changed, as the poll does; for tests.
  Task<> poll();

  // Who changed since an earlier answer, for those who follow all tenants. A change may be named
  // more than once.
  struct Changes {
    std::int64_t next = 0;  // changes after this answer are those since here
    std::vector<std::pair<TenantId, std::int64_t>> versions = {};
    std::int64_t look = 0;  // the last look of this node that is in it
  };
  // Asks the database. Nothing is named without `since`.
  Task<Changes> changes(std::optional<std::int64_t> since);
  // At the next look of this node, from memory: all followers together cost no more than its poll.
  // Problem 503 when none succeeded for a second.
  Task<Changes> next_changes(std::int64_t since, std::int64_t look);

 private:
  struct State;
  std::shared_ptr<State> state_;
};

// 402 `not_in_plan`: what is missing, and the cheapest plan that has it.
Problem not_in_plan(const Snapshot& snapshot, const Feature& feature,
                    const catalog::Catalog& catalog, std::string_view upgrade_url);

// Throws Problem 402 `limit_reached` when `live` is at the allowance already. Call it inside the
// transaction that adds one, after locking what counts them.
void require_below_limit(const Snapshot& snapshot, const Limit& limit, std::int64_t live,
                         const catalog::Catalog& catalog, std::string_view upgrade_url);

}  // namespace freehold::entitlements
