// Keys of the installation's product: `fh_sk_live_…`. A product's own backend may act in every
// workspace with one, on the routes that are made for it. Whoever runs the installation makes them
// on the command line; they are in no page.
#pragma once

#include <boost/describe.hpp>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/actor.hpp"
#include "core/crypto.hpp"
#include "core/id.hpp"
#include "core/runtime.hpp"
#include "core/task.hpp"
#include "core/time.hpp"
#include "db/db.hpp"

namespace freehold::access {

struct ProductKey {
  ProductKeyId id;
  std::string name;
  std::string prefix;  // "fh_sk_live_4f2kq9xw…"
  Instant created_at;
  std::optional<Instant> last_used_at;  // to the minute
  std::optional<Instant> revoked_at;
};
BOOST_DESCRIBE_STRUCT(ProductKey, (), (id, name, prefix, created_at, last_used_at, revoked_at))

struct CreatedProductKey {
  ProductKey key;
  Secret secret;  // shown once, not kept
};
// Throws Problem 422 when the name is empty or too long. Times are the machine's.
Task<CreatedProductKey> create_product_key(db::IdentityTx& tx, std::string name, Instant now);
// Doing it twice is the same as doing it once. False for an unknown key.
Task<bool> revoke_product_key(db::IdentityTx& tx, ProductKeyId key, Instant now);
// Those that work first; the newest first.
Task<std::vector<ProductKey>> product_keys(db::IdentityRead& db);

// The product in a workspace. Whether there is such a workspace, its first transaction finds out.
Actor product_in(TenantId tenant, ProductKeyId key, Origin origin);

// Whose key a secret is. Answers come from memory and are at most a second old.
class ProductKeys {
 public:
  ProductKeys(Runtime& runtime, db::Database& database, Clocks clocks);
  ~ProductKeys();

  static bool looks_like_one(std::string_view secret);
  // Nothing for a mistyped, unknown or revoked one.
  Task<std::optional<ProductKeyId>> find(std::string_view secret);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace freehold::access
