// API keys: made, listed, revoked.
#include "access/key_text.hpp"
#include "audit/audit.hpp"
#include "core/async.hpp"
#include "core/json.hpp"
#include "events/events.hpp"
#include "identity/identity.hpp"

namespace freehold::access {
namespace {

constexpr std::int64_t most_working = 100;

const db::TenantQuery<void, KeyId, std::string, db::RawBytes, tenancy::Role, std::string, Instant,
                      std::optional<Instant>>
    insert{"access.create_key", R"(
  insert into access.api_key (tenant_id, id, lookup, secret_hash, role, name, created_at, expires_at)
  values ($1, $2, $3, $4, $5, $6, $7, $8))"};

struct KeyRow {
  KeyId id;
  std::string name;
  std::string lookup;
  tenancy::Role role;
  Instant created_at;
  std::optional<Instant> expires_at;
  std::optional<Instant> last_used_at;
  std::optional<Instant> revoked_at;
};
BOOST_DESCRIBE_STRUCT(KeyRow, (),
                      (id, name, lookup, role, created_at, expires_at, last_used_at, revoked_at))

// Those that work come first, and the list has room for all of them: none can be hidden behind
// others.
const db::TenantQuery<KeyRow, Instant> select_all{"access.keys", R"(
  select id, name, lookup, role, created_at, expires_at, last_used_at, revoked_at
    from access.api_key
   where tenant_id = $1
   order by revoked_at is not null or coalesce(expires_at <= $2, false), created_at desc, id desc
   limit 200)"};

const db::TenantQuery<std::int64_t, Instant> count_working{"access.count_working_keys", R"(
  select count(*)
    from access.api_key
   where tenant_id = $1 and revoked_at is null and (expires_at is null or expires_at > $2))"};

const db::TenantQuery<std::string, KeyId, Instant> revoke{"access.revoke_key", R"(
  update access.api_key
     set revoked_at = coalesce(revoked_at, $3)
   where tenant_id = $1 and id = $2
  returning name)"};

void check(const Actor& maker, const NewKey& draft) {
  FieldErrors errors;
  if (auto mistake = identity::name_mistake("The name", draft.name))
    errors.push_back({"name", std::move(*mistake)});
  if (draft.role == tenancy::Role::owner)
    errors.push_back({"role", "A key cannot be an owner. Choose admin, member or viewer."});
  if (!errors.empty()) throw Problem::invalid(std::move(errors));
  const auto own = parse_enum<tenancy::Role>(maker.role());
  if (!own || *own > draft.role)
    throw Problem::forbidden("A key cannot be allowed more than the person who makes it.");
}

std::string payload_of(KeyId key) {
  return json::serialize(json::object{{"key", to_string(key)}});
}

}  // namespace

Task<CreatedKey> create_key(db::ControlTx& tx, NewKey draft) {
  check(tx.actor(), draft);
  const std::int64_t working = co_await tx.row(count_working, tx.now());
  if (working >= most_working)
    throw Problem::invalid({{"name", "There are 100 keys. Revoke some before you make more."}});
  const KeyText text = new_key_text(api_key_start);
  const ApiKey key{KeyId::make(tx.now()),
                   draft.name,
                   shown_prefix(api_key_start, text.lookup),
                   draft.role,
                   tx.now(),
                   draft.expires_at,
                   {},
                   {}};
  const db::RawBytes hash{std::string(view(sha256(text.secret)))};
  co_await tx.run(insert, key.id, text.lookup, hash, key.role, key.name, key.created_at,
                  key.expires_at);
  co_await events::emit(tx, key_created, payload_of(key.id));
  audit::Act act{.action = "key.created",
                 .target_type = "key",
                 .target_id = to_string(key.id),
                 .target_name = key.name};
  act.changes.push_back({"role", {}, std::string(name_of(key.role))});
  co_await audit::record(tx, std::move(act));
  co_return CreatedKey{key, text.whole};
}

Task<> revoke_key(db::ControlTx& tx, KeyId key) {
  const auto name = co_await tx.find(revoke, key, tx.now());
  if (!name) throw Problem::not_found("API key");
  co_await events::emit(tx, key_revoked, payload_of(key));
  audit::Act act{.action = "key.revoked",
                 .target_type = "key",
                 .target_id = to_string(key),
                 .target_name = *name};
  co_await audit::record(tx, std::move(act));
}

Task<std::vector<ApiKey>> keys(db::ControlRead& db) {
  auto rows = co_await db.rows(select_all, db.now());
  std::vector<ApiKey> found;
  found.reserve(rows.size());
  for (auto& row : rows)
    found.push_back({row.id, std::move(row.name), shown_prefix(api_key_start, row.lookup), row.role,
                     row.created_at, row.expires_at, row.last_used_at, row.revoked_at});
  co_return found;
}

}  // namespace freehold::access
