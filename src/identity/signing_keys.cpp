#include "identity/signing_keys.hpp"

#include "core/async.hpp"
#include "core/json.hpp"
#include "core/log.hpp"
#include "core/seal.hpp"

namespace freehold::identity {
namespace {

constexpr Duration remembered_for = seconds(10);

struct KeyRow {
  std::string kid;
  db::RawBytes sealed_key;
  Instant signs_from;
  Instant signs_until;
};
BOOST_DESCRIBE_STRUCT(KeyRow, (), (kid, sealed_key, signs_from, signs_until))

const db::Query<KeyRow, Instant> select_published{"identity.signing_keys", R"(
  select kid, sealed_key, signs_from, signs_until
    from identity.signing_key
   where signs_until > $1
   order by signs_from
   limit 20)"};

// One node after the other looks whether a key is missing, so that one of them makes it.
const db::Query<std::int32_t> take_turn{"identity.lock_signing_keys", R"(
  select 1 as turn
    from pg_advisory_xact_lock(727272))"};

const db::Query<void, std::string, db::RawBytes, Instant, Instant, Instant> insert_key{
    "identity.add_signing_key", R"(
  insert into identity.signing_key (kid, sealed_key, created_at, signs_from, signs_until)
  values ($1, $2, $3, $4, $5))"};

const db::Query<void> delete_all{"identity.withdraw_signing_keys", R"(
  delete from identity.signing_key)"};

const db::Query<void, Instant> delete_old{"identity.forget_signing_keys", R"(
  delete from identity.signing_key
   where signs_until <= $1)"};

using Keys = std::vector<SigningKey>;

// When the next key begins to sign, if it is time to make it.
std::optional<Instant> missing_from(const Keys& keys, Instant now) {
  if (keys.empty()) return now;
  const Instant last = keys.back().signs_until;
  if (now + successor_is_published < last) return {};
  return std::max(last, now);
}

struct Remembered {
  std::shared_ptr<const Keys> keys;
  Instant asked_at;
};

}  // namespace

struct SigningKeys::State {
  State(Runtime& runtime, db::Database& database, Clocks clocks, const Secret& master_key)
      : database(database),
        clocks(clocks),
        sealing(derive_key(master_key.reveal(), "signing keys")),
        memory(runtime.size()) {}

  Task<Keys> load(Instant now);
  Task<> add(db::IdentityTx& tx, Instant now, Instant signs_from);
  Keys open(const std::vector<KeyRow>& rows) const;

  db::Database& database;
  Clocks clocks;
  const Secret sealing;
  std::vector<Remembered> memory;  // by io thread; each touches only its own
};

SigningKeys::SigningKeys(Runtime& runtime, db::Database& database, Clocks clocks,
                         const Secret& master_key)
    : state_(std::make_unique<State>(runtime, database, clocks, master_key)) {}

SigningKeys::~SigningKeys() = default;

Task<std::shared_ptr<const Keys>> SigningKeys::published() {
  State& state = *state_;
  const unsigned thread = Runtime::current();
  const Instant now = state.clocks.machine.now();
  {
    const Remembered& known = state.memory[thread];
    if (known.keys && now < known.asked_at + remembered_for) co_return known.keys;
  }
  const auto keys = std::make_shared<const Keys>(co_await state.load(now));
  state.memory[thread] = {keys, now};
  co_return keys;
}

Task<Keys> SigningKeys::State::load(Instant now) {
  const Instant since = now - retired_is_published;
  auto db = database.identity_read();
  Keys keys = open(co_await db.rows(select_published, since));
  if (!missing_from(keys, now)) co_return keys;
  auto tx = database.identity();
  co_await tx.row(take_turn);
  keys = open(co_await tx.rows(select_published, since));
  const auto signs_from = missing_from(keys, now);
  if (!signs_from) co_return keys;
  co_await add(tx, now, *signs_from);
  co_await tx.run(delete_old, since);
  keys = open(co_await tx.rows(select_published, since));
  co_await tx.commit();
  co_return keys;
}

Task<> SigningKeys::State::add(db::IdentityTx& tx, Instant now, Instant signs_from) {
  const PrivateKey key = PrivateKey::generate();
  const std::string kid = jose::key_id(key.public_key());
  const db::RawBytes sealed{seal(sealing, kid, key.to_der())};
  co_await tx.run(insert_key, kid, sealed, now, signs_from, signs_from + key_signs_for);
  log::info("identity.signing_key_made", {{"kid", kid}, {"signs_from", to_rfc3339(signs_from)}});
}

// A key that another master key has sealed is of no use, and of no harm.
Keys SigningKeys::State::open(const std::vector<KeyRow>& rows) const {
  Keys keys;
  for (const KeyRow& row : rows) {
    const auto der = open_sealed(sealing, row.kid, row.sealed_key.bytes);
    auto key = der ? PrivateKey::from_der(der->reveal()) : std::nullopt;
    if (key) {
      keys.push_back({row.kid, std::move(*key), row.signs_from, row.signs_until});
    } else {
      log::error("identity.signing_key_unreadable", {{"kid", row.kid}});
    }
  }
  return keys;
}

Task<> SigningKeys::replace() {
  State& state = *state_;
  const Instant now = state.clocks.machine.now();
  auto tx = state.database.identity();
  co_await tx.row(take_turn);
  co_await tx.run(delete_all);
  co_await state.add(tx, now, now);
  co_await tx.commit();
  state.memory[Runtime::current()] = {};
}

const SigningKey& signer(const Keys& keys, Instant now) {
  const SigningKey* chosen = nullptr;
  // Another node's clock may be ahead: then the first key signs a little before its time.
  for (const SigningKey& key : keys)
    if (now < key.signs_until && (chosen == nullptr || key.signs_from <= now)) chosen = &key;
  if (chosen == nullptr) throw std::logic_error("no key signs now");
  return *chosen;
}

std::vector<jose::KnownKey> known_keys(const Keys& keys) {
  std::vector<jose::KnownKey> known;
  for (const SigningKey& key : keys) known.push_back({key.kid, key.key.public_key()});
  return known;
}

}  // namespace freehold::identity
