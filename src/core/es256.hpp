// ECDSA on P-256 with SHA-256 (FIPS 186-5; `ES256` of RFC 7518, 3.4), over OpenSSL 3.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "core/crypto.hpp"

namespace freehold {

class PublicKey {
 public:
  // From the point's coordinates, 32 bytes each. Nothing when it is not on the curve.
  static std::optional<PublicKey> from_point(std::string_view x, std::string_view y);

  // `signature` is r and s, 32 bytes each. False for anything else.
  bool verify(std::string_view data, std::string_view signature) const;
  const Bytes& x() const { return x_; }
  const Bytes& y() const { return y_; }

 private:
  friend class PrivateKey;
  PublicKey() = default;
  std::shared_ptr<void> key_;  // EVP_PKEY
  Bytes x_, y_;
};

class PrivateKey {
 public:
  static PrivateKey generate();
  // PKCS #8, DER. Nothing for anything but a private key on P-256.
  static std::optional<PrivateKey> from_der(std::string_view der);
  Secret to_der() const;

  // r and s, 32 bytes each.
  Bytes sign(std::string_view data) const;
  PublicKey public_key() const;

 private:
  PrivateKey() = default;
  std::shared_ptr<void> key_;  // EVP_PKEY
};

}  // namespace freehold
