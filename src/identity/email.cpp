#include <idn2.h>

#include <algorithm>
#include <cstdlib>
#include <memory>

#include "core/text.hpp"

#include "identity/identity.hpp"

namespace freehold::identity {
namespace {

// RFC 5321 4.5.3.1: 64 for the local part, 254 for the whole (256 with the brackets of a path).
constexpr std::size_t longest_local = 64;
constexpr std::size_t longest_address = 254;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

char to_lower(char c) {
  return c >= 'A' && c <= 'Z' ? char(c + ('a' - 'A')) : c;
}

// The dot-atom of RFC 5322 3.2.3. Quoted local parts are legal and nobody's.
bool is_local_part(std::string_view local) {
  if (local.empty() || local.size() > longest_local) return false;
  if (local.front() == '.' || local.back() == '.') return false;
  if (local.find("..") != std::string_view::npos) return false;
  static constexpr std::string_view specials = "!#$%&'*+-/=?^_`{|}~.";
  return std::ranges::all_of(local, [](char c) {
    return is_letter(c) || is_digit(c) || specials.find(c) != std::string_view::npos;
  });
}

// What lies outside ASCII is libidn2's to judge. The rest is not: under its own STD3 rule it drops
// an underscore, which makes one domain of two.
bool may_be_in_domain(char c) {
  return is_letter(c) || is_digit(c) || c == '-' || c == '.' || (c & 0x80) != 0;
}

// IDNA2008 with the mapping of UTS 46: case, width and composition are folded, letters of another
// script stay what they are, and an A-label that decodes to anything else is refused.
std::optional<std::string> to_a_label(std::string_view domain) {
  if (!std::ranges::all_of(domain, may_be_in_domain)) return {};
  const std::string text(domain);
  char* output = nullptr;
  constexpr int flags = IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL;
  const int outcome = idn2_to_ascii_8z(text.c_str(), &output, flags);
  const std::unique_ptr<char, decltype(&idn2_free)> owned(output, &idn2_free);
  if (outcome != IDN2_OK) return {};
  std::string label(output);
  std::ranges::transform(label, label.begin(), to_lower);
  return label;
}

// Two A-labels that decode to the same name would be two accounts of one mailbox: only the one that
// encoding gives back is accepted.
bool is_round_trip(const std::string& domain) {
  char* unicode = nullptr;
  const int outcome = idn2_to_unicode_8z8z(domain.c_str(), &unicode, 0);
  const std::unique_ptr<char, decltype(&idn2_free)> owned(unicode, &idn2_free);
  return outcome == IDN2_OK && to_a_label(unicode) == domain;
}

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  for (std::size_t end; (end = text.find(separator)) != std::string_view::npos;) {
    parts.push_back(text.substr(0, end));
    text.remove_prefix(end + 1);
  }
  parts.push_back(text);
  return parts;
}

bool is_label(std::string_view label) {
  if (label.empty() || label.size() > 63 || label.front() == '-' || label.back() == '-')
    return false;
  return std::ranges::all_of(label, [](char c) { return is_letter(c) || is_digit(c) || c == '-'; });
}

// A host name below a top-level domain: no address literal, no bare "localhost".
bool is_mail_domain(std::string_view domain) {
  const auto labels = split(domain, '.');
  const std::string_view top = labels.back();
  return labels.size() >= 2 && domain.size() <= 253 && std::ranges::all_of(labels, is_label) &&
         top.size() >= 2 && !std::ranges::all_of(top, is_digit);
}

}  // namespace

std::optional<std::string> canonical_email(std::string_view address) {
  address = trimmed(address);
  const auto at = address.rfind('@');
  if (address.size() > 4 * longest_address || at == std::string_view::npos) return {};
  const std::string_view local = address.substr(0, at);
  if (!is_local_part(local)) return {};
  const auto domain = to_a_label(address.substr(at + 1));
  if (!domain || !is_mail_domain(*domain) || !is_round_trip(*domain)) return {};

  std::string canonical(local);
  std::ranges::transform(canonical, canonical.begin(), to_lower);
  canonical += '@' + *domain;
  if (canonical.size() > longest_address) return {};
  return canonical;
}

}  // namespace freehold::identity
