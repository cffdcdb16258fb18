// Where a route leads: a product's address, as it stands in the configuration. Private to the
// module.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace freehold::gateway {

struct UpstreamAddress {
  std::string host;  // a name or an address; empty: a unix socket
  std::string port;
  std::string unix_path;
};

// Of http://host, http://host:port or unix:/path; else a sentence that says what is wrong.
std::variant<UpstreamAddress, std::string> parse_upstream(std::string_view text);

}  // namespace freehold::gateway
