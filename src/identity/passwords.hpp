// How a password is kept: Argon2id (RFC 9106) with OWASP's parameters m = 19456 KiB, t = 2, p = 1,
// over HMAC-SHA-256 of the password under a pepper that is derived from the master key and is not
// in the database. Hashing takes some 40 ms and 19 MiB, so it runs on the CPU pool and never while
// a transaction is open.
#pragma once

#include <atomic>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/actor.hpp"
#include "core/crypto.hpp"
#include "core/runtime.hpp"
#include "core/task.hpp"

namespace freehold::identity {

// What is stored: a PHC string ("$argon2id$v=19$…") and which pepper went into it. Without a pepper
// it is a hash that its person brought along from another system (brought_hash.hpp).
struct PasswordHash {
  std::string phc;
  std::string pepper_id;
};

// How a password becomes a stored hash, for whoever takes the hashes elsewhere.
struct PasswordRecipe {
  std::string words;
  int passes;
  int memory_kib;
  int lanes;
  std::string pepper_id;  // of hashes that are made now
};
PasswordRecipe password_recipe(const Secret& master_key);

class Passwords {
 public:
  // The first master key is the current one; those after it are still accepted and replaced at the
  // next log-in. Throws std::invalid_argument without a key.
  Passwords(Runtime& runtime, const std::vector<Secret>& master_keys);

  Task<PasswordHash> hash(std::string password);

  struct Verdict {
    bool right = false;
    bool outdated = false;  // right, and to be hashed again: older parameters or an older pepper
  };
  // Without a stored hash the same work is done and the answer is no, so that an unknown account
  // cannot be told from a wrong password by its time. `origin` is whose attempt it is.
  Task<Verdict> check(std::string password, std::optional<PasswordHash> stored,
                      const Origin& origin);

  // A number for an address, always the same and known to nobody else: whose hash a log-in is
  // checked against when the address has no account.
  std::int64_t chance_of(std::string_view email) const;

  // How many computations of a password hash have run since the start; for metrics.
  std::uint64_t computed() const { return computed_; }

 private:
  struct Pepper {
    std::string id;
    Secret key;
  };
  const Pepper* find_pepper(const std::string& id) const;
  PasswordHash compute(const std::string& password);
  bool matches(const std::string& password, const Pepper& pepper, const std::string& phc);
  Task<Verdict> check_brought(std::string password, std::string hash);

  Runtime& runtime_;
  std::vector<Pepper> peppers_;
  Secret chance_key_;
  PasswordHash nobodys_;  // what is checked when there is no account
  std::atomic<std::uint64_t> computed_ = 0;
};

}  // namespace freehold::identity
