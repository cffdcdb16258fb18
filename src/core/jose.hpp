// Signed tokens: JWS in compact form (RFC 7515) whose payload is a JSON object (RFC 7519), signed
// with ES256 only, and the keys that verify them as a JWK set (RFC 7517).
//
// Verification is strict (RFC 8725): one algorithm, which must be the key's; a type that the caller
// expects; no header that names another key or asks for an extension; no member twice; base64url
// in its one form; at most 8 KiB.
#pragma once

#include <boost/describe.hpp>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/es256.hpp"
#include "core/json_fwd.hpp"
#include "core/notes.hpp"
#include "core/time.hpp"

namespace freehold::jose {

// A key's name: its thumbprint (RFC 7638).
std::string key_id(const PublicKey& key);
struct Jwk {
  std::string kty = "EC";
  std::string crv = "P-256";
  std::string x;
  std::string y;
  std::string kid;
  std::string alg = "ES256";
  std::string use = "sig";
};
BOOST_DESCRIBE_STRUCT(Jwk, (), (kty, crv, x, y, kid, alg, use))
Notes notes_on(const Jwk*);
Jwk to_jwk(const PublicKey& key);

// `type` is the header's `typ`: "at+jwt".
std::string sign(const PrivateKey& key, std::string_view type, const json::object& claims);

struct KnownKey {
  std::string id;
  PublicKey key;
};

// What the verifier holds the token to.
struct Expected {
  std::string type;      // "at+jwt"
  std::string issuer;    // exactly
  std::string audience;  // must be among the token's
  Instant now;           // machine clock
};

// How far the clocks of two machines may be apart, for `iat` and `nbf`. A token is never taken
// after its `exp`.
inline constexpr Duration skew = seconds(60);

struct Refused {
  std::string reason;  // for a log or a test, not for a caller
};
// The claims of a token that holds, or why it does not.
std::variant<json::object, Refused> verify(std::string_view token,
                                           const std::vector<KnownKey>& keys,
                                           const Expected& expected);

}  // namespace freehold::jose
