#include "gateway/upstream.hpp"

#include <algorithm>
#include <charconv>

#include "http/origin.hpp"

namespace freehold::gateway {
namespace {

constexpr std::string_view scheme = "http://";
constexpr std::string_view unix_scheme = "unix:";
constexpr std::size_t longest_unix_path = 107;

bool is_port(std::string_view text) {
  unsigned port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  return error == std::errc() && end == text.data() + text.size() && port >= 1 && port <= 65535;
}

}  // namespace

std::variant<UpstreamAddress, std::string> parse_upstream(std::string_view text) {
  if (text.starts_with(unix_scheme)) {
    const std::string_view path = text.substr(unix_scheme.size());
    if (!path.starts_with('/') || path.size() > longest_unix_path)
      return "unix: must be followed by the whole path of a socket, of at most 107 characters";
    return UpstreamAddress{.host = {}, .port = {}, .unix_path = std::string(path)};
  }
  if (text.starts_with("https://"))
    return "the product is reached by plain http: put it on this machine or in a private network, "
           "or let a proxy there speak https";
  if (!text.starts_with(scheme)) return "must be http://host:port or unix:/path";
  if (text.find('@') != text.npos)
    return "must not hold a user or a password: who is asking is told by the assertion";
  if (!http::is_origin(text))
    return "must be http:// with a host, a port, and nothing behind it: the path of a request is "
           "passed on as it is";
  std::string_view authority = text.substr(scheme.size());
  std::string_view port = "80";
  const std::size_t colon = authority.rfind(':');
  if (colon != authority.npos && authority.find(']', colon) == authority.npos) {
    port = authority.substr(colon + 1);
    authority = authority.substr(0, colon);
  }
  if (!is_port(port)) return "its port must be a number from 1 to 65535";
  if (authority.starts_with('[') && authority.ends_with(']'))
    authority = authority.substr(1, authority.size() - 2);
  return UpstreamAddress{
      .host = std::string(authority), .port = std::string(port), .unix_path = {}};
}

}  // namespace freehold::gateway
