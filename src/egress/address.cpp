#include "egress/address.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <cstring>
#include <stdexcept>

namespace freehold::egress {
namespace {

constexpr int mapped_bits = 96;

bool is_mapped(const Address& address) {
  static constexpr std::array<std::uint8_t, 12> prefix{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
  return std::equal(prefix.begin(), prefix.end(), address.begin());
}

Address mapped(const void* v4) {
  Address address{};
  address[10] = address[11] = 0xff;
  std::memcpy(&address[12], v4, 4);
  return address;
}

bool is_listed(const std::vector<Cidr>& list, const Address& address) {
  return std::ranges::any_of(list, [&](const Cidr& cidr) { return cidr.contains(address); });
}

std::vector<Cidr> cidrs(std::initializer_list<std::string_view> texts) {
  std::vector<Cidr> list;
  for (const auto text : texts) list.push_back(Cidr::parse(text).value());
  return list;
}

}  // namespace

std::optional<Address> parse_address(std::string_view text) {
  const std::string terminated(text);
  in_addr v4{};
  if (::inet_pton(AF_INET, terminated.c_str(), &v4) == 1) return mapped(&v4);
  Address v6{};
  if (::inet_pton(AF_INET6, terminated.c_str(), v6.data()) == 1) return v6;
  return std::nullopt;
}

std::optional<Cidr> Cidr::parse(std::string_view text) {
  const auto slash = text.find('/');
  const auto address = parse_address(text.substr(0, slash));
  if (!address) return std::nullopt;
  const bool v4 = text.find(':') == std::string_view::npos;
  const int offset = v4 ? mapped_bits : 0;
  if (slash == std::string_view::npos) return Cidr{*address, 128};

  const auto digits = text.substr(slash + 1);
  int prefix = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), prefix);
  if (error != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
  if (prefix < 0 || prefix > 128 - offset) return std::nullopt;
  return Cidr{*address, prefix + offset};
}

bool Cidr::contains(const Address& address) const {
  // ::/0 means every IPv6 address, not IPv4 in disguise.
  if (is_mapped(address) && !is_mapped(network)) return false;
  const auto whole = std::size_t(prefix / 8);
  if (!std::equal(network.begin(), network.begin() + whole, address.begin())) return false;
  const int rest = prefix % 8;
  if (rest == 0) return true;
  const int mask = 0xff00 >> rest & 0xff;
  return (network[whole] & mask) == (address[whole] & mask);
}

bool is_global(const Address& address) {
  static const auto special =
      cidrs({"0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16",
             "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16",
             "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
             // Within 2000::/3: protocol assignments with Teredo, documentation, 6to4.
             "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"});
  static const auto unicast = cidrs({"0.0.0.0/0", "2000::/3"});
  return is_listed(unicast, address) && !is_listed(special, address);
}

Guard::Guard(const std::vector<std::string>& allowed) {
  for (const auto& text : allowed) {
    const auto cidr = Cidr::parse(text);
    if (!cidr) {
      throw std::invalid_argument("\"" + text +
                                  "\" is not a network such as 10.1.0.0/16 or fd00::/8");
    }
    allowed_.push_back(*cidr);
  }
}

bool Guard::allows(const Address& address, int port) const {
  if (is_listed(allowed_, address)) return true;
  return is_global(address) && (port == 80 || port == 443 || port == 8443);
}

bool Guard::allows(const sockaddr* address) const {
  if (address->sa_family == AF_INET) {
    sockaddr_in v4;
    std::memcpy(&v4, address, sizeof v4);
    return allows(mapped(&v4.sin_addr), ntohs(v4.sin_port));
  }
  if (address->sa_family != AF_INET6) return false;
  sockaddr_in6 v6;
  std::memcpy(&v6, address, sizeof v6);
  Address bytes;
  std::memcpy(bytes.data(), &v6.sin6_addr, bytes.size());
  return allows(bytes, ntohs(v6.sin6_port));
}

}  // namespace freehold::egress
