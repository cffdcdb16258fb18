#include "http/origin.hpp"

#include <algorithm>
#include <array>

namespace freehold::http {
namespace {

// What stands behind http:// or https://; empty for anything else.
std::string_view authority_of(std::string_view url) {
  constexpr std::array<std::string_view, 2> schemes{"http://", "https://"};
  for (const std::string_view scheme : schemes)
    if (url.starts_with(scheme)) return url.substr(scheme.size());
  return {};
}

bool is_host_character(char c) {
  const bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  return is_letter || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == ':' || c == '[' ||
         c == ']';
}

}  // namespace

bool is_origin(std::string_view url) {
  const std::string_view authority = authority_of(url);
  return !authority.empty() && std::ranges::all_of(authority, is_host_character);
}

bool is_loopback(std::string_view url) {
  if (!is_origin(url)) return false;
  const std::string_view authority = authority_of(url);
  const auto end = authority.starts_with('[') ? authority.find(']') + 1 : authority.find(':');
  const std::string_view host = authority.substr(0, end);
  return host == "localhost" || host == "127.0.0.1" || host == "[::1]" ||
         host.ends_with(".localhost");
}

}  // namespace freehold::http
