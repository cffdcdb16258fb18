// Who the client is when a proxy stands in between: X-Forwarded-For and -Proto count only when they
// come from a proxy that the configuration trusts. Private to the module.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "http/request.hpp"

namespace freehold::http {

class TrustedProxies {
 public:
  // CIDRs ("10.0.0.0/8", "fd00::/8"), single addresses, or "unix". Throws std::runtime_error that
  // names an entry that is none of these.
  explicit TrustedProxies(const std::vector<std::string>& entries);

  bool trusts(std::string_view peer) const;

  struct Client {
    std::string ip;
    std::string_view scheme;  // "http" or "https" as the proxy says; empty: not said
  };
  // Reads the chain of addresses from its end, where our own proxy wrote, to the first address that
  // is not a trusted proxy's. What stands before it was written by the client and counts for
  // nothing.
  Client client_of(const Request& request) const;

  bool empty() const { return networks_.empty() && !unix_; }

 private:
  struct Network {
    std::array<std::uint8_t, 16> address;  // IPv4 as ::ffff:a.b.c.d
    unsigned bits;
  };
  std::vector<Network> networks_;
  bool unix_ = false;
};

}  // namespace freehold::http
