#include "access/product_keys.hpp"

#include "access/key_text.hpp"
#include "core/async.hpp"
#include "core/json.hpp"
#include "identity/identity.hpp"

namespace freehold::access {
namespace {

constexpr Duration remembered_for = seconds(1);
constexpr Duration use_is_noted_every = seconds(60);
constexpr std::size_t most_remembered = 1'000;  // per thread

const db::Query<void, ProductKeyId, std::string, db::RawBytes, std::string, Instant> insert{
    "access.create_product_key", R"(
  insert into access.product_key (id, lookup, secret_hash, name, created_at)
  values ($1, $2, $3, $4, $5))"};

struct ListedRow {
  ProductKeyId id;
  std::string name;
  std::string lookup;
  Instant created_at;
  std::optional<Instant> last_used_at;
  std::optional<Instant> revoked_at;
};
BOOST_DESCRIBE_STRUCT(ListedRow, (), (id, name, lookup, created_at, last_used_at, revoked_at))

const db::Query<ListedRow> select_all{"access.product_keys", R"(
  select id, name, lookup, created_at, last_used_at, revoked_at
    from access.product_key
   order by revoked_at is not null, created_at desc, id desc
   limit 200)"};

const db::Query<void, ProductKeyId, Instant> revoke{"access.revoke_product_key", R"(
  update access.product_key
     set revoked_at = coalesce(revoked_at, $2)
   where id = $1)"};

struct KeyRow {
  ProductKeyId id;
  db::RawBytes secret_hash;
  std::optional<Instant> last_used_at;
  std::optional<Instant> revoked_at;
};
BOOST_DESCRIBE_STRUCT(KeyRow, (), (id, secret_hash, last_used_at, revoked_at))

const db::Query<KeyRow, std::string> find_key{"access.find_product_key", R"(
  select id, secret_hash, last_used_at, revoked_at
    from access.product_key
   where lookup = $1)"};

const db::Query<void, ProductKeyId, Instant> note_use{"access.note_product_key_use", R"(
  update access.product_key
     set last_used_at = $2
   where id = $1)"};

struct Known {
  std::optional<KeyRow> row;
  Instant until;
};
using Memory = std::unordered_map<std::string, Known>;

}  // namespace

Task<CreatedProductKey> create_product_key(db::IdentityTx& tx, std::string name, Instant now) {
  if (auto mistake = identity::name_mistake("The name", name))
    throw Problem::invalid({{"name", std::move(*mistake)}});
  const KeyText text = new_key_text(product_key_start);
  const ProductKey key{ProductKeyId::make(now),
                       std::move(name),
                       shown_prefix(product_key_start, text.lookup),
                       now,
                       {},
                       {}};
  const db::RawBytes hash{std::string(view(sha256(text.secret)))};
  co_await tx.run(insert, key.id, text.lookup, hash, key.name, now);
  co_return CreatedProductKey{key, Secret(text.whole)};
}

Task<bool> revoke_product_key(db::IdentityTx& tx, ProductKeyId key, Instant now) {
  const std::int64_t changed = co_await tx.run(revoke, key, now);
  co_return changed > 0;
}

Task<std::vector<ProductKey>> product_keys(db::IdentityRead& db) {
  auto rows = co_await db.rows(select_all);
  std::vector<ProductKey> keys;
  keys.reserve(rows.size());
  for (auto& row : rows)
    keys.push_back({row.id, std::move(row.name), shown_prefix(product_key_start, row.lookup),
                    row.created_at, row.last_used_at, row.revoked_at});
  co_return keys;
}

Actor product_in(TenantId tenant, ProductKeyId key, Origin origin) {
  return ActorMint::product(tenant, key, std::move(origin));
}

struct ProductKeys::State {
  State(Runtime& runtime, db::Database& database, Clocks clocks)
      : database(database), clocks(clocks), memories(runtime.size()) {}

  Task<std::optional<KeyRow>> load(std::string lookup);

  db::Database& database;
  Clocks clocks;
  std::vector<Memory> memories;  // by io thread; each touches only its own
};

ProductKeys::ProductKeys(Runtime& runtime, db::Database& database, Clocks clocks)
    : state_(std::make_unique<State>(runtime, database, clocks)) {}

ProductKeys::~ProductKeys() = default;

bool ProductKeys::looks_like_one(std::string_view secret) {
  return secret.starts_with(product_key_start);
}

Task<std::optional<KeyRow>> ProductKeys::State::load(std::string lookup) {
  const Instant now = clocks.machine.now();
  Memory& memory = memories[Runtime::current()];
  const auto at = memory.find(lookup);
  if (at != memory.end() && now < at->second.until) co_return at->second.row;
  auto db = database.identity_read();
  const auto row = co_await db.find(find_key, lookup);
  const bool is_due = row && !row->revoked_at &&
                      (!row->last_used_at || now - *row->last_used_at > use_is_noted_every);
  // Another call that came together with this one is noting it: many would wait for each other.
  const auto other = memory.find(lookup);
  if (is_due && other != memory.end() && now < other->second.until) co_return row;
  if (memory.size() >= most_remembered) memory.clear();
  memory.insert_or_assign(lookup, Known{row, now + remembered_for});
  if (!is_due) co_return row;
  auto tx = database.identity();
  co_await tx.run(note_use, row->id, now);
  co_await tx.commit();
  co_return row;
}

Task<std::optional<ProductKeyId>> ProductKeys::find(std::string_view secret) {
  const auto text = parse_key_text(product_key_start, secret);
  if (!text) co_return std::nullopt;
  const auto row = co_await state_->load(text->lookup);
  if (!row || row->revoked_at) co_return std::nullopt;
  if (!equal_in_constant_time(view(sha256(text->secret)), row->secret_hash.bytes))
    co_return std::nullopt;
  co_return row->id;
}

}  // namespace freehold::access
