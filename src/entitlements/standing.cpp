// Billing's word, stored with a version that nodes watch.
#include "audit/audit.hpp"
#include "core/async.hpp"
#include "core/json.hpp"
#include "entitlements/rows.hpp"
#include "events/events.hpp"

namespace freehold::entitlements {
namespace {

const db::TenantQuery<Standing> select{"entitlements.get_standing", R"(
  select plan, plan_version, access, source, access_until, next_change_at, then_plan, then_access,
         usage_anchor, addons
    from entitlements.standing
   where tenant_id = $1)"};

const db::TenantQuery<Standing> lock{"entitlements.lock_standing", R"(
  select plan, plan_version, access, source, access_until, next_change_at, then_plan, then_access,
         usage_anchor, addons
    from entitlements.standing
   where tenant_id = $1
     for update)"};

const db::TenantQuery<void, std::string, std::int32_t, Access, std::string, std::optional<Instant>,
                      std::optional<Instant>, std::string, Access, Instant, std::string>
    upsert{"entitlements.set_standing", R"(
  insert into entitlements.standing (tenant_id, plan, plan_version, access, source, access_until,
                                     next_change_at, then_plan, then_access, usage_anchor,
                                     addons)
  values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
      on conflict on constraint one_standing_per_tenant
      do update set plan = excluded.plan, plan_version = excluded.plan_version,
                    access = excluded.access, source = excluded.source,
                    access_until = excluded.access_until, next_change_at = excluded.next_change_at,
                    then_plan = excluded.then_plan, then_access = excluded.then_access,
                    usage_anchor = excluded.usage_anchor, addons = excluded.addons)"};

const db::TenantQuery<void> raise{"entitlements.raise_version", R"(
  insert into entitlements.version (tenant_id, version, changed_in)
  values ($1, 1, pg_current_xact_id())
      on conflict on constraint one_version_per_tenant
      do update set version = entitlements.version.version + 1, changed_in = pg_current_xact_id())"};

const db::TenantQuery<void, std::string, std::int32_t> note_plan{"entitlements.note_plan", R"(
  update entitlements.version
     set plan = $2, plan_version = $3
   where tenant_id = $1)"};

Task<> emit_change(db::ControlTx& tx, const EventType& type, std::string_view from,
                   std::string_view to) {
  if (from == to) co_return;
  const std::string payload = json::serialize(json::object{{"from", from}, {"to", to}});
  co_await events::emit(tx, type, payload);
}

using MaybeText = std::optional<std::string>;

void append(std::vector<audit::Change>& changes, std::string field, MaybeText from, MaybeText to) {
  if (from != to) changes.push_back({std::move(field), std::move(from), std::move(to)});
}

MaybeText text_of(const std::optional<Instant>& at) {
  if (!at) return {};
  return to_rfc3339(*at);
}

Task<> record_change(db::ControlTx& tx, std::string action, std::vector<audit::Change> changes) {
  audit::Act act{.action = std::move(action),
                 .target_type = "tenant",
                 .target_id = to_string(tx.tenant()),
                 .changes = std::move(changes)};
  co_await audit::record(tx, std::move(act));
}

// What a customer would ask about: another plan, more or less access. The dates alone are no act.
Task<> record_changes(db::ControlTx& tx, const Standing& from, const Standing& to) {
  if (from.plan != to.plan) {
    std::vector<audit::Change> changes;
    append(changes, "plan", from.plan, to.plan);
    append(changes, "source", from.source, to.source);
    co_await record_change(tx, "plan.changed", std::move(changes));
  }
  if (from.access != to.access) {
    std::vector<audit::Change> changes;
    append(changes, "access", std::string(name_of(from.access)), std::string(name_of(to.access)));
    append(changes, "access_until", text_of(from.access_until), text_of(to.access_until));
    co_await record_change(tx, "access.changed", std::move(changes));
  }
}

}  // namespace

Task<Standing> get_standing(db::ControlRead& db) {
  co_return co_await db.row(select);
}

Task<std::optional<Standing>> find_standing(db::ControlRead& db) {
  co_return co_await db.find(select);
}

Task<> raise_version(db::ControlTx& tx) {
  co_await tx.run(raise);
}

Task<> set_standing(db::ControlTx& tx, Standing s) {
  const auto before = co_await tx.find(lock);
  if (before == s) co_return;
  co_await tx.run(upsert, s.plan, s.plan_version, s.access, s.source, s.access_until,
                  s.next_change_at, s.then_plan, s.then_access, s.usage_anchor, s.addons);
  co_await raise_version(tx);
  co_await tx.run(note_plan, s.plan, s.plan_version);
  co_await emit_change(tx, plan_changed, before ? before->plan : "", s.plan);
  co_await emit_change(tx, access_changed, before ? name_of(before->access) : "",
                       name_of(s.access));
  // What a new workspace begins with is part of its making.
  if (before) co_await record_changes(tx, *before, s);
}

}  // namespace freehold::entitlements
