#include "http/client_address.hpp"

#include <boost/asio/ip/address.hpp>
#include <charconv>
#include <stdexcept>

#include "http/syntax.hpp"

namespace freehold::http {
namespace {

namespace ip = boost::asio::ip;

// An address as proxies write it: "203.0.113.7", "203.0.113.7:4711", "2001:db8::1",
// "[2001:db8::1]:4711".
std::optional<ip::address> parse_address(std::string_view text) {
  if (text.starts_with('[')) {
    text = text.substr(1, text.find(']') - 1);
  } else if (text.find('.') != text.npos && text.find(':') == text.rfind(':')) {
    text = text.substr(0, text.find(':'));
  }
  boost::system::error_code error;
  const ip::address address = ip::make_address(std::string(text), error);
  if (error || text.find('%') != text.npos) return {};
  if (address.is_v6() && address.to_v6().is_v4_mapped())
    return ip::make_address_v4(ip::v4_mapped, address.to_v6());
  return address;
}

std::array<std::uint8_t, 16> bytes_of(const ip::address& address) {
  if (address.is_v6()) return address.to_v6().to_bytes();
  return ip::make_address_v6(ip::v4_mapped, address.to_v4()).to_bytes();
}

bool same_beginning(const std::array<std::uint8_t, 16>& a, const std::array<std::uint8_t, 16>& b,
                    unsigned bits) {
  for (unsigned i = 0; i < bits; i += 8) {
    const unsigned left = std::min(bits - i, 8U);
    if ((a[i / 8] ^ b[i / 8]) >> (8 - left) != 0) return false;
  }
  return true;
}

}  // namespace

TrustedProxies::TrustedProxies(const std::vector<std::string>& entries) {
  for (const std::string& entry : entries) {
    if (entry == "unix") {
      unix_ = true;
      continue;
    }
    std::string_view bits_text = entry;
    const auto address = parse_address(next_part(bits_text, '/'));
    const unsigned most = address && address->is_v4() ? 32 : 128;
    unsigned bits = most;
    const char* end = bits_text.data() + bits_text.size();
    const bool has_bits = entry.find('/') != entry.npos;
    const auto parsed = std::from_chars(bits_text.data(), end, bits);
    const bool bad_bits =
        has_bits && (parsed.ec != std::errc() || parsed.ptr != end || bits > most);
    if (!address || bad_bits)
      throw std::runtime_error("trusted proxy \"" + entry + "\" is not an address, a CIDR or unix");
    networks_.push_back({bytes_of(*address), bits + 128 - most});
  }
}

bool TrustedProxies::trusts(std::string_view peer) const {
  if (peer == "unix") return unix_;
  const auto address = parse_address(peer);
  if (!address) return false;
  const auto bytes = bytes_of(*address);
  return std::ranges::any_of(networks_, [&](const Network& network) {
    return same_beginning(bytes, network.address, network.bits);
  });
}

TrustedProxies::Client TrustedProxies::client_of(const Request& request) const {
  Client client{.ip = request.ip, .scheme = {}};
  if (empty() || !trusts(request.ip)) return client;
  const std::string_view scheme = trim(request.header("X-Forwarded-Proto"));
  if (scheme == "http" || scheme == "https") client.scheme = scheme;
  std::string_view chain = request.header("X-Forwarded-For");
  while (!chain.empty()) {
    const std::size_t comma = chain.rfind(',');
    const auto address = parse_address(trim(comma == chain.npos ? chain : chain.substr(comma + 1)));
    if (!address) break;
    client.ip = address->to_string();
    if (!trusts(client.ip) || comma == chain.npos) break;
    chain = chain.substr(0, comma);
  }
  return client;
}

}  // namespace freehold::http
