// The few primitives that everything else is built from, over OpenSSL 3. Nothing here is our own
// cryptography.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace freehold {

using Bytes = std::string;  // raw bytes; std::string because libpq, curl and OpenSSL all take it
using Digest = std::array<std::uint8_t, 32>;

// Bytes of the operating system's generator. Ends the program when it fails.
void fill_random(std::span<std::uint8_t> bytes);
Bytes random_bytes(std::size_t count);

Digest sha256(std::string_view data);
Digest hmac_sha256(std::string_view key, std::string_view data);
std::string_view view(const Digest& digest);

// True when both are the same; takes the same time wherever they differ. Lengths are not secret.
bool equal_in_constant_time(std::string_view a, std::string_view b);

std::string to_hex(std::string_view bytes);
std::optional<Bytes> from_hex(std::string_view text);

// RFC 4648; the url form has no padding.
std::string to_base64(std::string_view bytes);
std::optional<Bytes> from_base64(std::string_view text);
std::string to_base64url(std::string_view bytes);
std::optional<Bytes> from_base64url(std::string_view text);

// HKDF-SHA-256 (RFC 5869) with an empty salt: a key for one purpose from the master key.
Bytes derive_key(std::string_view master, std::string_view purpose, std::size_t length = 32);

// A value that must not reach a log, a URL or an error: it has no conversion to text by accident.
class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string value) : value_(std::move(value)) {}
  const std::string& reveal() const { return value_; }
  bool empty() const { return value_.empty(); }

 private:
  std::string value_;
};

}  // namespace freehold
