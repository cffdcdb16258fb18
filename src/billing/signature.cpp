#include "billing/signature.hpp"

#include <charconv>
#include <optional>

namespace freehold::billing {
namespace {

struct Parsed {
  std::optional<std::int64_t> timestamp;
  std::string_view timestamp_text;
  std::vector<std::string_view> signatures;
};

Parsed parse(std::string_view header) {
  Parsed parsed;
  while (!header.empty()) {
    const auto comma = std::min(header.find(','), header.size());
    const std::string_view part = header.substr(0, comma);
    header.remove_prefix(std::min(comma + 1, header.size()));
    const auto equals = part.find('=');
    if (equals == std::string_view::npos) continue;
    const std::string_view value = part.substr(equals + 1);
    if (part.substr(0, equals) == "v1") parsed.signatures.push_back(value);
    if (part.substr(0, equals) != "t") continue;
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
    if (error != std::errc{} || end != value.data() + value.size()) return {};
    parsed.timestamp = number;
    parsed.timestamp_text = value;
  }
  return parsed;
}

bool matches_any(const Parsed& parsed, std::string_view body, const std::vector<Secret>& secrets) {
  const std::string signed_text = std::string(parsed.timestamp_text) + "." + std::string(body);
  bool matches = false;
  for (const Secret& secret : secrets) {
    const std::string expected = to_hex(view(hmac_sha256(secret.reveal(), signed_text)));
    for (const std::string_view given : parsed.signatures)
      matches |= equal_in_constant_time(given, expected);
  }
  return matches;
}

}  // namespace

SignatureVerdict verify_signature(std::string_view header, std::string_view body,
                                  const std::vector<Secret>& secrets, Instant now,
                                  Duration tolerance) {
  const Parsed parsed = parse(header);
  if (!parsed.timestamp || parsed.signatures.empty() || parsed.signatures.size() > 10)
    return SignatureVerdict::malformed;
  if (!matches_any(parsed, body, secrets)) return SignatureVerdict::wrong;
  const Instant at = from_unix_seconds(*parsed.timestamp);
  if (now - at > tolerance) return SignatureVerdict::too_old;
  if (at - now > tolerance) return SignatureVerdict::in_future;
  return SignatureVerdict::valid;
}

}  // namespace freehold::billing
