// Which addresses a customer's URL may lead to.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

struct sockaddr;

namespace freehold::egress {

// An IPv6 address; IPv4 in its mapped form ::ffff:a.b.c.d, so that both spellings are one.
using Address = std::array<std::uint8_t, 16>;

std::optional<Address> parse_address(std::string_view text);

struct Cidr {
  Address network;
  int prefix;  // bits of the 128

  // "10.0.0.0/8", "fd00::/8", or one address.
  static std::optional<Cidr> parse(std::string_view text);
  bool contains(const Address& address) const;
};

// Global unicast: not private, loopback, link-local, multicast, reserved or documentation, and no
// IPv6 that leads to IPv4 by translation or tunnel. IANA special-purpose registries, RFC 6890.
bool is_global(const Address& address);

// Decides over each address when it is about to be dialled.
class Guard {
 public:
  // Throws std::invalid_argument for a CIDR that does not parse.
  explicit Guard(const std::vector<std::string>& allowed);

  bool allows(const Address& address, int port) const;
  bool allows(const sockaddr* address) const;

 private:
  std::vector<Cidr> allowed_;
};

}  // namespace freehold::egress
