// Password hashes that other systems made, and that people bring along until their first log-in:
// bcrypt, scrypt, PBKDF2 and Argon2 in the forms that docs/leaving.md lists. None has a pepper.
// What would cost a server too much to check is refused where it is read.
#pragma once

#include <string>
#include <string_view>
#include <variant>

#include "core/crypto.hpp"

namespace freehold::identity {

struct BroughtHash {
  enum class Kind { bcrypt, bcrypt_of_sha256, scrypt, pbkdf2, argon2 };
  Kind kind;
  std::string crypt = {};       // bcrypt, argon2: the whole in the form of crypt(3) or PHC
  std::uint64_t n = 0;          // bcrypt: cost; scrypt: N; pbkdf2: iterations; argon2: passes
  std::uint32_t r = 0;          // scrypt
  std::uint32_t p = 0;          // scrypt, argon2
  std::uint64_t kibibytes = 0;  // argon2
  std::string digest = {};      // pbkdf2: sha256 or sha512; argon2: i or id
  Bytes salt = {};
  Bytes key = {};
};

// A sentence that says why it cannot be taken over.
struct Unreadable {
  std::string reason;
};
std::variant<BroughtHash, Unreadable> read_brought(std::string_view text);

// "bcrypt of cost 12", for people.
std::string describe(const BroughtHash& hash);

// Takes the time that its recipe asks for; in constant time as to where a difference lies.
bool matches(const BroughtHash& hash, const std::string& password);

}  // namespace freehold::identity
