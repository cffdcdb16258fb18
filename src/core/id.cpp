#include "core/id.hpp"

#include <fmt/format.h>

#include <cstring>

#include "core/crypto.hpp"

namespace freehold {
namespace {

constexpr std::string_view alphabet = "0123456789abcdefghjkmnpqrstvwxyz";
constexpr std::size_t typeid_digits = 26;

int base32_digit(char c) {
  const auto at = alphabet.find(c);
  return at == std::string_view::npos ? -1 : int(at);
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// Ids that one thread makes in one millisecond sort in the order they were made (RFC 9562, 6.2,
// method 1): twelve bits count up from a small random number.
unsigned turn_within(std::uint64_t millis, unsigned random) {
  thread_local std::uint64_t last = 0;
  thread_local unsigned turn = 0;
  turn = millis == last ? turn + 1 : random;
  last = millis;
  return turn & 0x0fffU;
}

}  // namespace

Uuid new_uuid(Instant now) {
  Uuid uuid;
  fill_random(uuid.bytes);
  const auto millis = std::uint64_t(now.micros / 1000);
  for (std::size_t i = 0; i < 6; ++i) uuid.bytes[i] = std::uint8_t(millis >> (40 - 8 * i));
  const unsigned turn = turn_within(millis, uuid.bytes[7]);
  uuid.bytes[6] = std::uint8_t(0x70 | (turn >> 8 & 0x0f));
  uuid.bytes[7] = std::uint8_t(turn);
  uuid.bytes[8] = std::uint8_t(0x80 | (uuid.bytes[8] & 0x3f));
  return uuid;
}

std::string to_string(const Uuid& uuid) {
  std::string text;
  text.reserve(36);
  for (std::size_t i = 0; i < 16; ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) text += '-';
    text += fmt::format("{:02x}", uuid.bytes[i]);
  }
  return text;
}

std::optional<Uuid> parse_uuid(std::string_view text) {
  if (text.size() != 36) return {};
  Uuid uuid;
  std::size_t nibble = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (i == 8 || i == 13 || i == 18 || i == 23) {
      if (text[i] != '-') return {};
      continue;
    }
    const int digit = hex_digit(text[i]);
    if (digit < 0) return {};
    auto& byte = uuid.bytes[nibble / 2];
    byte = std::uint8_t(byte << 4 | digit);
    ++nibble;
  }
  return uuid;
}

std::string to_typeid(std::string_view prefix, const Uuid& uuid) {
  std::uint64_t high = 0;
  std::uint64_t low = 0;
  for (std::size_t i = 0; i < 8; ++i) {
    high = high << 8 | uuid.bytes[i];
    low = low << 8 | uuid.bytes[i + 8];
  }
  std::string text{prefix};
  text += '_';
  text.resize(text.size() + typeid_digits);
  // From the last digit on. 26 digits of 5 bits are 130 bits: the first one has only 3 of the 128.
  for (auto digit = text.rbegin(); digit != text.rbegin() + typeid_digits; ++digit) {
    *digit = alphabet[low & 31U];
    low = low >> 5 | high << 59;
    high >>= 5;
  }
  return text;
}

std::optional<Uuid> parse_typeid(std::string_view prefix, std::string_view text) {
  if (text.size() != prefix.size() + 1 + typeid_digits) return {};
  if (!text.starts_with(prefix) || text[prefix.size()] != '_') return {};
  text.remove_prefix(prefix.size() + 1);
  if (text.front() > '7') return {};  // more than 128 bits
  Uuid uuid;
  for (std::size_t i = 0; i < typeid_digits; ++i) {
    const int value = base32_digit(text[i]);
    if (value < 0) return {};
    for (int bit = 0; bit < 5; ++bit) {
      const int at = int(i) * 5 + bit - 2;
      if (at < 0) continue;
      if (value >> (4 - bit) & 1)
        uuid.bytes[std::size_t(at) / 8] |= std::uint8_t(1U << (7 - at % 8));
    }
  }
  return uuid;
}

}  // namespace freehold

std::size_t std::hash<freehold::Uuid>::operator()(const freehold::Uuid& uuid) const noexcept {
  // The tail of a UUIDv7 is random, so it is a hash already.
  std::uint64_t low = 0;
  std::memcpy(&low, uuid.bytes.data() + 8, sizeof low);
  return low;
}
