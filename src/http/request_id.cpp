#include "http/request_id.hpp"

#include <charconv>
#include <cstring>

#include "core/crypto.hpp"

namespace freehold::http {
namespace {

// SplitMix64 (Steele, Lea, Flood 2014), seeded per thread by the operating system: a name that
// nobody must guess needs no cryptography, which would cost more than the rest of a small request.
std::uint64_t next_random() {
  thread_local std::uint64_t state = [] {
    std::uint64_t seed = 0;
    std::uint8_t bytes[sizeof seed];
    fill_random(bytes);
    std::memcpy(&seed, bytes, sizeof seed);
    return seed;
  }();
  std::uint64_t z = state += 0x9e3779b97f4a7c15;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
  z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
  return z ^ (z >> 31);
}

}  // namespace

void assign_request_id(std::string& into, std::int64_t unix_millis) {
  constexpr std::string_view digits = "0123456789abcdefghjkmnpqrstvwxyz";
  constexpr std::string_view prefix = "req_";
  const std::uint64_t random = next_random();
  std::uint64_t high = std::uint64_t(unix_millis) << 16 | 0x7000 | (random & 0x0fff);
  std::uint64_t low = (next_random() >> 2) | (std::uint64_t(2) << 62);
  into.assign(30, '_');
  prefix.copy(into.data(), prefix.size());
  for (std::size_t at = into.size(); at-- > prefix.size();) {
    into[at] = digits[low & 31];
    low = low >> 5 | high << 59;
    high >>= 5;
  }
}

void assign_trace_id(std::string& into) {
  // The top bit keeps each half at 16 digits, and the whole from being zero.
  constexpr std::uint64_t top_bit = std::uint64_t(1) << 63;
  into.resize(32);
  char* const middle = into.data() + 16;
  std::to_chars(into.data(), middle, next_random() | top_bit, 16);
  std::to_chars(middle, middle + 16, next_random() | top_bit, 16);
}

}  // namespace freehold::http
