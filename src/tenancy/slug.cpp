// What a workspace may be called in addresses.
#include <unicode/translit.h>
#include <unicode/unistr.h>

#include <algorithm>
#include <array>
#include <mutex>

#include "core/crypto.hpp"
#include "tenancy/tenancy.hpp"

namespace freehold::tenancy {
namespace {

constexpr std::size_t shortest = 3;
constexpr std::size_t longest = 40;

// Words that addresses, mails or hosts need for themselves, or that could pass for the owner's.
constexpr std::array reserved{
    "about",      "abuse",    "account",  "admin",   "api",        "app",       "assets",
    "auth",       "billing",  "blog",     "cdn",     "checkout",   "console",   "contact",
    "dev",        "docs",     "download", "email",   "ftp",        "healthz",   "help",
    "hostmaster", "internal", "invite",   "legal",   "login",      "logout",    "mail",
    "menu",       "metrics",  "noreply",  "owner",   "postmaster", "pricing",   "privacy",
    "readyz",     "root",     "security", "select",  "settings",   "signup",    "smtp",
    "staff",      "start",    "static",   "status",  "stripe",     "support",   "system",
    "terms",      "test",     "verify",   "webhook", "webhooks",   "webmaster", "www"};

// "Café Müller" is "Cafe Muller": letters that Latin writes with marks lose them, other scripts are
// spelled in Latin.
std::string to_ascii(std::string_view text) {
  static std::mutex guard;
  static const auto transliterator = [] {
    UErrorCode status = U_ZERO_ERROR;
    return std::unique_ptr<icu::Transliterator>(icu::Transliterator::createInstance(
        "Any-Latin; Latin-ASCII; Lower", UTRANS_FORWARD, status));
  }();
  auto unicode =
      icu::UnicodeString::fromUTF8(icu::StringPiece(text.data(), std::int32_t(text.size())));
  {
    const std::scoped_lock lock(guard);
    if (transliterator) transliterator->transliterate(unicode);
  }
  std::string ascii;
  unicode.toUTF8String(ascii);
  return ascii;
}

bool is_word_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

}  // namespace

std::string slug_of(std::string_view name) {
  std::string slug;
  for (char c : to_ascii(name)) {
    if (c == '\'') continue;  // "Finn's" is "finns"
    if (is_word_character(c)) {
      slug += c;
    } else if (!slug.empty() && slug.back() != '-') {
      slug += '-';
    }
  }
  slug.resize(std::min(slug.size(), longest));
  while (!slug.empty() && slug.back() == '-') slug.pop_back();
  if (slug.size() < shortest || slug_mistake(slug))
    slug += slug.empty() ? "workspace" : "-workspace";
  return slug;
}

std::string slug_for(std::string_view name, int attempt) {
  std::string slug = slug_of(name);
  if (attempt == 0) return slug;
  const std::string suffix = attempt < 4 ? std::to_string(attempt + 1) : to_hex(random_bytes(3));
  slug.resize(std::min(slug.size(), longest - suffix.size() - 1));
  while (slug.ends_with('-')) slug.pop_back();
  return slug + "-" + suffix;
}

std::optional<std::string> slug_mistake(std::string_view slug) {
  if (slug.size() < shortest || slug.size() > longest) return "Use 3 to 40 characters.";
  for (std::size_t i = 0; i < slug.size(); ++i) {
    const bool inner_hyphen = slug[i] == '-' && i > 0 && i + 1 < slug.size() && slug[i - 1] != '-';
    if (!is_word_character(slug[i]) && !inner_hyphen)
      return "Use lower-case letters, digits and single hyphens between them.";
  }
  if (std::ranges::find(reserved, slug) != reserved.end())
    return "This word is reserved. Choose another.";
  return {};
}

}  // namespace freehold::tenancy
