// Who is asking: people by their membership, programs by their key. Each io thread remembers
// answers for a second.
#include "access/key_text.hpp"
#include "core/async.hpp"
#include "core/json.hpp"

namespace freehold::access {
namespace {

constexpr Duration remembered_for = seconds(1);
constexpr Duration use_is_noted_every = seconds(60);
constexpr std::size_t most_remembered = 20'000;  // per thread

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

struct KnownPerson {
  std::optional<tenancy::Belonging> belonging;
  Instant until;
};
struct KnownKey {
  std::optional<KeyRow> row;
  Instant until;
};

// Forgets everything when it is full: simpler than an order of use, and a refill costs one look-up
// per caller.
template <class Map, class Value>
Value& remember(Map& map, const typename Map::key_type& key, Value value) {
  if (map.size() >= most_remembered) map.clear();
  return map.insert_or_assign(key, std::move(value)).first->second;
}

struct PerThread {
  std::unordered_map<std::string, KnownPerson> people;
  std::unordered_map<std::string, KnownKey> keys;
};

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
  auto& known = state_->threads[Runtime::current()].people;
  const std::string key = fmt::format("{}\n{}", slug, to_string(user));
  const Instant now = state_->clocks.machine.now();
  const auto at = known.find(key);
  std::optional<tenancy::Belonging> belonging;
  if (at != known.end() && now < at->second.until) {
    belonging = at->second.belonging;
  } else {
    belonging = co_await tenancy::find_belonging(state_->database, slug, user);
    remember(known, key, KnownPerson{belonging, now + remembered_for});
  }
  if (!belonging) co_return std::nullopt;
  co_return ActorMint::user(belonging->tenant_id, user, std::string(name_of(belonging->role)),
                            state_->roles.of(belonging->role), std::move(origin));
}

Task<std::optional<KeyRow>> Gatekeeper::State::load_key(std::string lookup) {
  auto& known = threads[Runtime::current()].keys;
  const Instant now = clocks.machine.now();
  const auto at = known.find(lookup);
  if (at != known.end() && now < at->second.until) co_return at->second.row;
  db::DirectoryRead db = database.directory_read();
  auto row = co_await db.find(find_key, lookup);
  if (row && !row->revoked_at &&
      (!row->last_used_at || now - *row->last_used_at > use_is_noted_every)) {
    co_await note_key_use(*row);
    row->last_used_at = now;
  }
  remember(known, lookup, KnownKey{row, now + remembered_for});
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
