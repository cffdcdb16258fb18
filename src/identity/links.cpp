#include "identity/links.hpp"

#include <stdexcept>

#include "core/async.hpp"
#include "core/json.hpp"

namespace freehold::identity {
namespace {

const db::Query<void, TokenId, Purpose, db::RawBytes, std::optional<Uuid>, Instant, Instant> insert{
    "identity.issue_token", R"(
  insert into identity.one_time_token (id, purpose, hash, subject, created_at, expires_at)
  values ($1, $2, $3, $4, $5, $6))"};

const db::Query<Token, Purpose, db::RawBytes> by_hash{"identity.find_token", R"(
  select id, subject, expires_at, consumed_at
    from identity.one_time_token
   where purpose = $1
     and hash = $2)"};

const db::Query<Token, Purpose, db::RawBytes, Instant> consume_by_hash{"identity.consume_token", R"(
  update identity.one_time_token
     set consumed_at = $3
   where purpose = $1
     and hash = $2
     and consumed_at is null
     and expires_at > $3
  returning id, subject, expires_at, consumed_at)"};

const db::Query<void, Purpose, Uuid, Instant> void_by_subject{"identity.void_tokens", R"(
  update identity.one_time_token
     set consumed_at = $3
   where purpose = $1
     and subject = $2
     and consumed_at is null)"};

std::string derived(const Secret& key, Purpose purpose, TokenId token) {
  std::string input(name_of(purpose));
  input += ':' + to_string(token);
  const Digest digest = hmac_sha256(key.reveal(), input);
  return to_base64url(view(digest));
}

db::RawBytes hash_of(std::string_view secret) {
  return {std::string(view(sha256(secret)))};
}

}  // namespace

Links::Links(const std::vector<Secret>& master_keys) {
  for (const Secret& master : master_keys)
    keys_.push_back(Secret(derive_key(master.reveal(), "identity.one_time_token")));
  if (keys_.empty()) throw std::invalid_argument("links need a master key");
}

std::string Links::secret_of(Purpose purpose, TokenId token) const {
  return derived(keys_.front(), purpose, token);
}

std::optional<std::string> Links::secret_of(Purpose purpose, TokenId token,
                                            std::string_view stored_hash) const {
  for (const Secret& key : keys_) {
    std::string secret = derived(key, purpose, token);
    if (hash_of(secret).bytes == stored_hash) return secret;
  }
  return {};
}

Task<TokenId> issue(db::IdentityTx& tx, const Links& links, NewToken draft) {
  const auto id = TokenId::make(draft.now);
  const std::string secret = links.secret_of(draft.purpose, id);
  co_await tx.run(insert, id, draft.purpose, hash_of(secret), draft.subject, draft.now,
                  draft.now + draft.ttl);
  co_return id;
}

Task<std::optional<Token>> find_token(db::IdentityRead& db, Purpose purpose, std::string secret) {
  co_return co_await db.find(by_hash, purpose, hash_of(secret));
}

Task<std::optional<Token>> consume(db::IdentityTx& tx, Purpose purpose, std::string secret,
                                   Instant now) {
  co_return co_await tx.find(consume_by_hash, purpose, hash_of(secret), now);
}

Task<> void_tokens(db::IdentityTx& tx, Purpose purpose, Uuid subject, Instant now) {
  co_await tx.run(void_by_subject, purpose, subject, now);
}

}  // namespace freehold::identity
