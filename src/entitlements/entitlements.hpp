// May they? One immutable snapshot per tenant, read from process memory; a change commits a new
// version, and every node sees it within a second even when Redis is down.
#pragma once

#include <boost/describe.hpp>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "catalog/catalog.hpp"
#include "core/actor.hpp"
#include "core/keys.hpp"
#include "core/runtime.hpp"
#include "core/task.hpp"
#include "db/db.hpp"
#include "redis/redis.hpp"

namespace freehold::entitlements {

inline constexpr EventType plan_changed{"plan.changed"};      // {from, to}
inline constexpr EventType access_changed{"access.changed"};  // {from, to}
inline constexpr EventType override_set{"override.set"};

// What the tenant may do at all (billing derives it; see billing/access.hpp for the table).
enum class Access { full, grace, limited, none };
BOOST_DESCRIBE_ENUM(Access, full, grace, limited, none)

// Billing's word on a tenant. `next_change_at` is when it changes by itself (trial or grace ends)
// and `then` what it becomes, so that time needs no event.
struct Standing {
  std::string plan;  // key; the plan in force
  int plan_version = 1;
  Access access = Access::full;
  std::string source;                   // trial, subscription, default
  std::optional<Instant> access_until;  // end of the trial, of grace, or of a canceled period
  std::optional<Instant> next_change_at;
  std::string then_plan;
  Access then_access = Access::full;
  // The usage period that meters count in.
  Instant period_start;
  Instant period_end;
};
BOOST_DESCRIBE_STRUCT(Standing, (),
                      (plan, plan_version, access, source, access_until, next_change_at, then_plan,
                       then_access, period_start, period_end))

// Stores the standing in the transaction that changed the subscription, bumps the tenant's version
// and emits plan.changed / access.changed when they did. Called by billing only.
Task<> set_standing(db::ControlTx& tx, Standing standing);

struct OverrideTag {
  static constexpr std::string_view prefix = "override";
};
using OverrideId = Id<OverrideTag>;

enum class OverrideKind { plan, feature, limit };
BOOST_DESCRIBE_ENUM(OverrideKind, plan, feature, limit)

// A grant by staff: wins over what was bought until it expires. Never updated, only superseded or
// revoked; each is audited with its reason.
struct Override {
  OverrideId id;
  OverrideKind kind;
  std::string key;    // plan, feature, limit or meter key
  std::string value;  // feature: on/off; limit: a number or "unlimited"; plan: empty
  std::string reason;
  Instant starts_at;
  std::optional<Instant> expires_at;
};
BOOST_DESCRIBE_STRUCT(Override, (), (id, kind, key, value, reason, starts_at, expires_at))
Task<Override> set_override(db::ControlTx& tx, Override draft);
Task<> revoke_override(db::ControlTx& tx, OverrideId id);
Task<std::vector<Override>> overrides(db::ControlRead& db);  // those in force

// What a tenant has now. Immutable: a request takes one and keeps it.
struct Snapshot {
  TenantId tenant;
  std::int64_t version = 0;  // in the header Freehold-Entitlement-Version
  const catalog::Plan* plan = nullptr;
  Access access = Access::full;
  Standing standing;
  bool overridden = false;
  std::optional<Instant> next_change_at;  // evaluate anew from then on
  bool stale = false;  // served past its time because the database does not answer

  bool is_enabled(const Feature& feature) const;
  catalog::Allowance allowance(std::string_view limit_or_meter) const;  // absent: unlimited
  std::int64_t rate(std::string_view rate_class) const;

  std::map<std::string, bool, std::less<>> features;
  std::map<std::string, catalog::Allowance, std::less<>> allowances;
};

// Pure: from the standing and the overrides in force to the snapshot, at `now`.
Snapshot evaluate(TenantId tenant, std::int64_t version, const Standing& standing,
                  const std::vector<Override>& overrides, const catalog::Catalog& catalog,
                  Instant now);

class Gates {
 public:
  Gates(Runtime& runtime, db::Database& database, redis::Client* redis, Clocks clocks,
        const catalog::Catalog& catalog);
  ~Gates();
  void start();  // the poll and the subscription that keep it fresh
  // From memory in nanoseconds; the first call for a tenant on this node loads it. When the
  // database is away: the last known one, marked stale, for up to 24 h.
  Task<std::shared_ptr<const Snapshot>> snapshot(const Actor& actor);
  // Nothing when it is not in memory. No await: for hot paths and benchmarks.
  std::shared_ptr<const Snapshot> peek(TenantId tenant) const;
  // After a commit here, or on a message from elsewhere: reload before the next answer.
  void invalidate(TenantId tenant, std::int64_t version);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// 402 with what is refused, who can act, and the cheapest plan that would allow it.
Problem not_in_plan(const Snapshot& snapshot, const Feature& feature,
                    const catalog::Catalog& catalog, std::string_view upgrade_url);

// A limit over live rows: call inside the transaction that adds one, after locking the tenant's
// gauge; throws Problem 402 `limit_reached` when `live` is at the allowance already.
Task<> require_below_limit(db::DataTx& tx, const Snapshot& snapshot, const Limit& limit,
                           std::int64_t live, const catalog::Catalog& catalog,
                           std::string_view upgrade_url);

}  // namespace freehold::entitlements
