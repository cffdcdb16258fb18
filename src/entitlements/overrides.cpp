// Grants by staff.
#include <charconv>

#include "audit/audit.hpp"
#include "core/async.hpp"
#include "core/json.hpp"
#include "entitlements/rows.hpp"
#include "events/events.hpp"

namespace freehold::entitlements {
namespace {

const db::TenantQuery<Override> select_all{"entitlements.overrides", R"(
  select id, kind, key, value, reason, starts_at, expires_at
    from entitlements.override
   where tenant_id = $1 and revoked_at is null
   order by starts_at desc, id desc
   limit 200)"};

const db::TenantQuery<void, OverrideKind, std::string, Instant> supersede{
    "entitlements.supersede_override", R"(
  update entitlements.override
     set revoked_at = $4
   where tenant_id = $1 and kind = $2 and key = $3 and revoked_at is null)"};

// A plan override replaces whatever plan was granted before.
const db::TenantQuery<void, Instant> supersede_plan{"entitlements.supersede_plan_override", R"(
  update entitlements.override
     set revoked_at = $2
   where tenant_id = $1 and kind = 'plan' and revoked_at is null)"};

const db::TenantQuery<void, OverrideId, OverrideKind, std::string, std::string, std::string,
                      Instant, std::optional<Instant>>
    insert{"entitlements.set_override", R"(
  insert into entitlements.override (tenant_id, id, kind, key, value, reason, starts_at, expires_at)
  values ($1, $2, $3, $4, $5, $6, $7, $8))"};

const db::TenantQuery<std::string, OverrideId, Instant> revoke{"entitlements.revoke_override", R"(
  update entitlements.override
     set revoked_at = $3
   where tenant_id = $1 and id = $2 and revoked_at is null
  returning key)"};

bool declares(const std::vector<DeclaredKey>& entries, std::string_view key) {
  return std::ranges::find(entries, key, &DeclaredKey::key) != entries.end();
}

bool is_allowance(std::string_view value) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
  return value == "unlimited" ||
         (error == std::errc{} && end == value.data() + value.size() && number >= 0);
}

void check_value(const catalog::Catalog& catalog, const NewOverride& draft, FieldErrors& errors) {
  const catalog::Declared& declared = catalog.declared();
  if (draft.kind == OverrideKind::plan && catalog.find(draft.key) == nullptr)
    errors.push_back({"key", "Choose a plan of the catalogue."});
  if (draft.kind == OverrideKind::feature) {
    if (!declares(declared.features, draft.key))
      errors.push_back({"key", "Choose a feature that a module declares."});
    if (draft.value != "on" && draft.value != "off")
      errors.push_back({"value", "Enter on or off."});
  }
  if (draft.kind == OverrideKind::limit) {
    if (!declares(declared.limits, draft.key) && !declares(declared.meters, draft.key))
      errors.push_back({"key", "Choose a limit or meter that a module declares."});
    if (!is_allowance(draft.value))
      errors.push_back({"value", "Enter a whole number or unlimited."});
  }
}

void check(const catalog::Catalog& catalog, const NewOverride& draft, Instant now) {
  FieldErrors errors;
  check_value(catalog, draft, errors);
  if (draft.reason.size() < 10 || draft.reason.size() > 500)
    errors.push_back({"reason", "Say why in 10 to 500 characters; the customer can read it."});
  if (draft.expires_at && *draft.expires_at <= now)
    errors.push_back({"expires_at", "Enter a date in the future."});
  if (!errors.empty()) throw Problem::invalid(std::move(errors));
}

std::string payload_of(OverrideId id, std::optional<OverrideKind> kind = {}) {
  json::object payload{{"override", to_string(id)}};
  if (kind) payload["kind"] = name_of(*kind);
  return json::serialize(payload);
}

}  // namespace

Task<Override> set_override(db::ControlTx& tx, const catalog::Catalog& catalog, NewOverride draft) {
  check(catalog, draft, tx.now());
  const Override made{OverrideId::make(tx.now()),
                      draft.kind,
                      draft.key,
                      draft.value,
                      draft.reason,
                      tx.now(),
                      draft.expires_at};
  if (made.kind == OverrideKind::plan) {
    co_await tx.run(supersede_plan, tx.now());
  } else {
    co_await tx.run(supersede, made.kind, made.key, tx.now());
  }
  co_await tx.run(insert, made.id, made.kind, made.key, made.value, made.reason, made.starts_at,
                  made.expires_at);
  co_await raise_version(tx);
  co_await events::emit(tx, override_set, payload_of(made.id, made.kind));
  audit::Act act{
      .action = "override.set", .target_type = "override", .target_id = to_string(made.id)};
  act.changes.push_back({std::string(name_of(made.kind)),
                         {},
                         made.value.empty() ? made.key : made.key + " = " + made.value});
  act.changes.push_back(
      {"expires_at", {}, made.expires_at ? to_rfc3339(*made.expires_at) : "never"});
  act.reason = made.reason;
  co_await audit::record(tx, std::move(act));
  co_return made;
}

Task<> revoke_override(db::ControlTx& tx, OverrideId id) {
  const auto key = co_await tx.find(revoke, id, tx.now());
  if (!key) throw Problem::not_found("override");
  co_await raise_version(tx);
  co_await events::emit(tx, override_revoked, payload_of(id));
  audit::Act act{
      .action = "override.revoked", .target_type = "override", .target_id = to_string(id)};
  act.changes.push_back({"key", key, {}});
  co_await audit::record(tx, std::move(act));
}

Task<std::vector<Override>> overrides(db::ControlRead& db) {
  co_return co_await db.rows(select_all);
}

}  // namespace freehold::entitlements
