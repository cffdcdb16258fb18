#include "access/key_text.hpp"

#include <zlib.h>

namespace freehold::access {
namespace {

constexpr std::size_t lookup_length = 12;
constexpr std::size_t secret_length = 43;
constexpr std::size_t checksum_length = 6;
// What follows the start.
constexpr std::size_t rest_length = lookup_length + 1 + secret_length + 1 + checksum_length;
constexpr std::string_view letters = "0123456789abcdefghijklmnopqrstuvwxyz";

// CRC-32 in six digits of base 62, so that 6 digits always suffice.
std::string checksum_of(std::string_view text) {
  static constexpr std::string_view digits =
      "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
  auto sum = crc32(0, reinterpret_cast<const Bytef*>(text.data()), uInt(text.size()));
  std::string out(checksum_length, '0');
  for (std::size_t i = checksum_length; i-- > 0; sum /= digits.size())
    out[i] = digits[sum % digits.size()];
  return out;
}

std::string random_lookup() {
  std::string out;
  while (out.size() < lookup_length) {
    for (unsigned char byte : random_bytes(lookup_length)) {
      // 252 is the greatest multiple of 36 below 256: without the cut some letters would be
      // likelier.
      if (byte < 252 && out.size() < lookup_length) out += letters[byte % letters.size()];
    }
  }
  return out;
}

}  // namespace

KeyText new_key_text(std::string_view start) {
  KeyText key{random_lookup(), to_base64url(random_bytes(32)), {}};
  key.whole = std::string(start) + key.lookup + "_" + key.secret;
  key.whole += "_" + checksum_of(key.whole);
  return key;
}

std::optional<KeyText> parse_key_text(std::string_view start, std::string_view text) {
  if (text.size() != start.size() + rest_length || !text.starts_with(start)) return {};
  const std::string_view signed_part = text.substr(0, text.size() - checksum_length - 1);
  if (text.substr(signed_part.size()) != "_" + checksum_of(signed_part)) return {};
  KeyText key;
  key.lookup = text.substr(start.size(), lookup_length);
  key.secret = text.substr(start.size() + lookup_length + 1, secret_length);
  key.whole = text;
  return key;
}

std::string shown_prefix(std::string_view start, std::string_view lookup) {
  return std::string(start) + std::string(lookup.substr(0, 8)) + "…";
}

}  // namespace freehold::access
