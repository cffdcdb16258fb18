// The keys behind assertions of who is asking, and their succession.
//
// A key signs for 90 days. Its successor is made and published two days before, so that whoever
// keeps the public keys for a while knows it in time; after its last signature a key stays
// published for an hour, which no assertion outlives. Times are the machine's.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/crypto.hpp"
#include "core/jose.hpp"
#include "core/runtime.hpp"
#include "core/task.hpp"
#include "core/time.hpp"
#include "db/db.hpp"

namespace freehold::identity {

inline constexpr Duration key_signs_for = days(90);
inline constexpr Duration successor_is_published = days(2);  // before it signs
inline constexpr Duration retired_is_published = hours(1);

struct SigningKey {
  std::string kid;
  PrivateKey key;
  Instant signs_from;
  Instant signs_until;
};

class SigningKeys {
 public:
  // Private keys are sealed under a key derived from `master_key`.
  SigningKeys(Runtime& runtime, db::Database& database, Clocks clocks, const Secret& master_key);
  ~SigningKeys();

  // The keys in use, oldest first, from this thread's memory: at most ten seconds old. Makes the
  // first key, and a successor when its time has come, whichever node asks first.
  Task<std::shared_ptr<const std::vector<SigningKey>>> published();

  // Withdraws every key at once and begins with a new one: for a private key that somebody else may
  // have. What the old ones signed holds nowhere from the moment that its reader has asked for the
  // keys again.
  Task<> replace();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// The one that signs at `now`. Throws std::logic_error when there is none.
const SigningKey& signer(const std::vector<SigningKey>& keys, Instant now);
// What verifies what any of them signed.
std::vector<jose::KnownKey> known_keys(const std::vector<SigningKey>& keys);

}  // namespace freehold::identity
