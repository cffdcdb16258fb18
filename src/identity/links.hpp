// Links that are mailed and work once.
//
// A link's secret is HMAC-SHA-256 of (purpose, token id) under a key that is derived from the
// master key: the mail job makes it when it sends, and again when it has to try a second time, so
// neither the event nor the database ever holds it. The database has the SHA-256 of it, by which
// the link is found; a token of one purpose is nothing to another.
#pragma once

#include <boost/describe.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/crypto.hpp"
#include "core/id.hpp"
#include "core/task.hpp"
#include "core/time.hpp"
#include "db/db.hpp"
#include "identity/identity.hpp"

namespace freehold::identity {

enum class Purpose { signup, password_reset };
BOOST_DESCRIBE_ENUM(Purpose, signup, password_reset)

class Links {
 public:
  // The first master key makes new links; those after it are accepted as long as their links live.
  explicit Links(const std::vector<Secret>& master_keys);

  std::string secret_of(Purpose purpose, TokenId token) const;
  // The secret whose hash is stored, by whichever key made it; nothing when that key is gone.
  std::optional<std::string> secret_of(Purpose purpose, TokenId token,
                                       std::string_view stored_hash) const;

 private:
  std::vector<Secret> keys_;
};

struct Token {
  TokenId id;
  std::optional<Uuid> subject;
  Instant expires_at;
  std::optional<Instant> consumed_at;
};
BOOST_DESCRIBE_STRUCT(Token, (), (id, subject, expires_at, consumed_at))

struct NewToken {
  Purpose purpose;
  std::optional<Uuid> subject;  // nothing: nobody has that address; the work is done all the same
  Instant now;                  // machine clock
  Duration ttl;
};
Task<TokenId> issue(db::IdentityTx& tx, const Links& links, NewToken draft);

Task<std::optional<Token>> find_token(db::IdentityRead& db, Purpose purpose, std::string secret);

// Uses it up, in one statement: of any number of callers one gets the token. Nothing for a secret
// that is unknown, expired, used, or of another purpose.
Task<std::optional<Token>> consume(db::IdentityTx& tx, Purpose purpose, std::string secret,
                                   Instant now);

// Every other link of this purpose and subject stops working.
Task<> void_tokens(db::IdentityTx& tx, Purpose purpose, Uuid subject, Instant now);

}  // namespace freehold::identity
