// Who is asking: people by their membership, programs by their key. Each io thread remembers
// answers for a second.
#include "access/key_text.hpp"
#include "core/async.hpp"
#include "core/json.hpp"

namespace freehold::access {
namespace {

constexpr Duration remembered_for = seconds(1);
constexpr Duration use_is_noted_every = seconds(60);
constexpr std::size_t most_remembered = 20'000;  // of each kind, per thread
constexpr std::size_t longest_slug = 40;         // a longer text is nobody's, and not remembered

struct KeyRow {
  TenantId tenant_id;
  KeyId id;
  db::RawBytes secret_hash;
  tenancy::Role role;
  std::optional<Instant> expires_at;
  std::optional<Instant> last_used_at;
  std::optional<Instant> revoked_at;
};
BOOST_DESCRIBE_STRUCT(KeyRow, (),
                      (tenant_id, id, secret_hash, role, expires_at, last_used_at, revoked_at))

const db::Query<KeyRow, std::string> find_key{"access.find_key", R"(
  select tenant_id, id, secret_hash, role, expires_at, last_used_at, revoked_at
    from access.find_key($1))"};

const db::TenantQuery<void, KeyId, Instant> note_use{"access.note_key_use", R"(
  update access.api_key
     set last_used_at = $3
   where tenant_id = $1 and id = $2)"};

struct Place {
  TenantId tenant;
  tenancy::Role role;
};
struct KnownPerson {
  std::optional<Place> place = {};  // none: they do not belong there
  Instant until;
};
struct KnownKey {
  std::optional<KeyRow> row;
  Instant until;
};
struct KnownSlug {
  std::string slug;
  Instant until;
};
struct KnownTenant {
  TenantId tenant;
  Instant until;
};

// Forgets everything when it is full: simpler than an order of use, and a refill costs one look-up
// per caller.
template <class Map, class Value>
Value& remember(Map& map, const typename Map::key_type& key, Value value) {
  if (map.size() >= most_remembered) map.clear();
  return map.insert_or_assign(key, std::move(value)).first->second;
}

// What is remembered and still holds, or null.
template <class Map>
const auto* find_in(const Map& map, const typename Map::key_type& key, Instant now) {
  const auto at = map.find(key);
  return at != map.end() && now < at->second.until ? &at->second : nullptr;
}

// Ids have one size, so that no two pairs have one key.
std::string joined(std::string text, const Uuid& uuid) {
  return text.append(uuid.bytes.begin(), uuid.bytes.end());
}

struct PerThread {
  std::unordered_map<std::string, KnownPerson> people;  // by slug and user
  std::unordered_map<std::string, KnownKey> keys;
  // What is not there is not remembered: a new workspace is found at once.
  std::unordered_map<std::string, KnownSlug> slugs;      // by tenant, or none, and user
  std::unordered_map<std::string, KnownTenant> tenants;  // by slug
};

// The one that was asked for by id, or the only one that there is.
const tenancy::Belonging* choose(const std::vector<tenancy::Belonging>& belongings,
                                 std::optional<TenantId> wanted) {
  if (!wanted) return belongings.size() == 1 ? &belongings.front() : nullptr;
  const auto at = std::ranges::find(belongings, *wanted, &tenancy::Belonging::tenant_id);
  return at == belongings.end() ? nullptr : &*at;
}

}  // namespace

struct Gatekeeper::State {
  State(Runtime& runtime, db::Database& database, Clocks clocks, const Roles& roles)
      : database(database), clocks(clocks), roles(roles), threads(runtime.size()) {}

  Task<std::optional<KeyRow>> load_key(std::string lookup);
  Task<> note_key_use(const KeyRow& row);

  db::Database& database;
  Clocks clocks;
  const Roles& roles;
  std::vector<PerThread> threads;
};

Gatekeeper::Gatekeeper(Runtime& runtime, db::Database& database, Clocks clocks, const Roles& roles)
    : state_(std::make_unique<State>(runtime, database, clocks, roles)) {}

Gatekeeper::~Gatekeeper() = default;

Task<std::optional<Actor>> Gatekeeper::person(std::string slug, UserId user, Origin origin) {
  if (slug.size() > longest_slug) co_return std::nullopt;
  auto& people = state_->threads[Runtime::current()].people;
  const std::string key = joined(slug, user.uuid);
  const Instant now = state_->clocks.machine.now();
  const KnownPerson* known = find_in(people, key, now);
  if (known == nullptr) {
    const auto belonging = co_await tenancy::find_belonging(state_->database, slug, user);
    KnownPerson person{.until = now + remembered_for};
    if (belonging) person.place = {belonging->tenant_id, belonging->role};
    known = &remember(people, key, person);
  }
  if (!known->place) co_return std::nullopt;
  const auto [tenant, role] = *known->place;
  co_return ActorMint::user(tenant, user, std::string(name_of(role)), state_->roles.of(role),
                            std::move(origin));
}

Task<std::string> Gatekeeper::slug_of(UserId user, std::optional<TenantId> tenant) {
  auto& slugs = state_->threads[Runtime::current()].slugs;
  const std::string key = joined(tenant ? joined("", tenant->uuid) : "", user.uuid);
  const Instant now = state_->clocks.machine.now();
  if (const KnownSlug* known = find_in(slugs, key, now)) co_return known->slug;
  const auto belongings = co_await tenancy::belongings_of(state_->database, user);
  const tenancy::Belonging* chosen = choose(belongings, tenant);
  if (chosen == nullptr) co_return "";
  co_return remember(slugs, key, KnownSlug{chosen->slug, now + remembered_for}).slug;
}

Task<std::optional<TenantId>> Gatekeeper::tenant_of(std::string slug) {
  if (slug.size() > longest_slug) co_return std::nullopt;
  auto& tenants = state_->threads[Runtime::current()].tenants;
  const Instant now = state_->clocks.machine.now();
  if (const KnownTenant* known = find_in(tenants, slug, now)) co_return known->tenant;
  const auto found = co_await tenancy::find_by_slug(state_->database, slug);
  if (!found) co_return std::nullopt;
  co_return remember(tenants, slug, KnownTenant{found->id, now + remembered_for}).tenant;
}

Task<std::optional<KeyRow>> Gatekeeper::State::load_key(std::string lookup) {
  auto& known = threads[Runtime::current()].keys;
  const Instant now = clocks.machine.now();
  if (const KnownKey* at = find_in(known, lookup, now)) co_return at->row;
  db::DirectoryRead db = database.directory_read();
  auto row = co_await db.find(find_key, lookup);
  const bool is_due = row && !row->revoked_at &&
                      (!row->last_used_at || now - *row->last_used_at > use_is_noted_every);
  // Another call that came together with this one is noting it: many would wait for each other.
  if (is_due && find_in(known, lookup, now) != nullptr) co_return row;
  if (is_due) row->last_used_at = now;
  remember(known, lookup, KnownKey{row, now + remembered_for});
  if (is_due) co_await note_key_use(*row);
  co_return row;
}

// Once a minute per key; the list of keys shows it.
Task<> Gatekeeper::State::note_key_use(const KeyRow& row) {
  const Actor actor = ActorMint::api_key(row.tenant_id, row.id, "", {}, {});
  db::ControlTx tx = database.control(actor);
  co_await tx.run(note_use, row.id, clocks.machine.now());
  co_await tx.commit();
}

Task<std::optional<Actor>> Gatekeeper::key(std::string_view secret, Origin origin) {
  const auto text = parse_key_text(api_key_start, secret);
  if (!text) co_return std::nullopt;
  const auto row = co_await state_->load_key(text->lookup);
  if (!row || row->revoked_at) co_return std::nullopt;
  if (row->expires_at && *row->expires_at <= state_->clocks.machine.now()) co_return std::nullopt;
  if (!equal_in_constant_time(view(sha256(text->secret)), row->secret_hash.bytes))
    co_return std::nullopt;
  co_return ActorMint::api_key(row->tenant_id, row->id, std::string(name_of(row->role)),
                               state_->roles.of_key(row->role), std::move(origin));
}

}  // namespace freehold::access
