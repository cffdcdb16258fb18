#include "identity/next_url.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/crypto.hpp"

namespace freehold::identity {
namespace {

constexpr std::size_t longest = 512;

bool is_url_character(char c) {
  static constexpr std::string_view others = "/-._~?=&%+,:@";
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         others.find(c) != std::string_view::npos;
}

// Every % begins an encoded byte, and none of those is a slash, a backslash or a control character.
bool is_encoded_well(std::string_view text) {
  for (auto at = text.find('%'); at != std::string_view::npos; at = text.find('%', at + 1)) {
    std::string digits(text.substr(at + 1, 2));
    std::ranges::transform(digits, digits.begin(), [](char c) { return char(c | 0x20); });
    const auto byte = from_hex(digits);
    if (!byte || byte->empty()) return false;
    const auto c = static_cast<unsigned char>(byte->front());
    if (c < 0x20 || c == 0x7f || c == '/' || c == '\\' || c == '.') return false;
  }
  return true;
}

bool has_dot_segment(std::string_view path) {
  while (!path.empty()) {
    path.remove_prefix(1);  // its slash
    const std::string_view segment = path.substr(0, path.find('/'));
    if (segment == "." || segment == "..") return true;
    path.remove_prefix(segment.size());
  }
  return false;
}

bool is_own_path(std::string_view next) {
  if (!next.starts_with('/') || next.size() > longest) return false;
  if (!std::ranges::all_of(next, is_url_character) || !is_encoded_well(next)) return false;
  if (next.find("//") != std::string_view::npos) return false;
  return !has_dot_segment(next.substr(0, next.find('?')));
}

}  // namespace

std::string safe_next(std::string_view next) {
  return std::string(is_own_path(next) ? next : after_login);
}

std::string url_encoded(std::string_view text) {
  std::string encoded;
  for (const char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '/' || c == '-' || c == '_' || c == '.';
    encoded += plain ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return encoded;
}

}  // namespace freehold::identity
