#include "core/text.hpp"

#include <algorithm>

namespace freehold {

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view blank = " \t\r\n";
  const auto first = text.find_first_not_of(blank);
  if (first == text.npos) return {};
  return text.substr(first, text.find_last_not_of(blank) - first + 1);
}

std::string lower(std::string_view text) {
  std::string result(text);
  const auto one = [](char c) { return c >= 'A' && c <= 'Z' ? char(c - 'A' + 'a') : c; };
  std::ranges::transform(result, result.begin(), one);
  return result;
}

std::string upper(std::string_view text) {
  std::string result(text);
  const auto one = [](char c) { return c >= 'a' && c <= 'z' ? char(c - 'a' + 'A') : c; };
  std::ranges::transform(result, result.begin(), one);
  return result;
}

}  // namespace freehold
