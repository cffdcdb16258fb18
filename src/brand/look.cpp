#include "brand/look.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "brand/colour.hpp"
#include "brand/logo.hpp"

namespace freehold::brand {
namespace {

constexpr std::size_t longest_name = 60;  // bytes
constexpr std::size_t longest_word = 30;
constexpr std::size_t longest_sender = 320;

bool is_printable(std::string_view text) {
  return std::ranges::none_of(
      text, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

std::string mistake_in_name(std::string_view name) {
  if (name.empty()) return "Enter the name that customers know.";
  if (name.size() > longest_name)
    return fmt::format("The name may have {} bytes at most.", longest_name);
  if (!is_printable(name)) return "The name has a control character in it.";
  return {};
}

// Letters of any language, spaces and hyphens within.
std::string mistake_in_word(std::string_view word) {
  const auto fits = [](char c) {
    return static_cast<unsigned char>(c) >= 0x80 || (c >= 'a' && c <= 'z') ||
           (c >= 'A' && c <= 'Z') || c == ' ' || c == '-';
  };
  if (word.empty()) return "Enter a noun, such as “workspace” or “studio”.";
  if (word.size() > longest_word || !std::ranges::all_of(word, fits) || word.starts_with(' ') ||
      word.ends_with(' '))
    return fmt::format("A word has letters, spaces and hyphens, and {} bytes at most.",
                       longest_word);
  return {};
}

bool is_address(std::string_view text) {
  const auto at = text.find('@');
  const auto plain = [](char c) {
    return c > ' ' && c < 0x7f && !std::string_view("<>,;:\"()[]\\").contains(c);
  };
  return at != text.npos && at > 0 && at + 1 < text.size() && text.rfind('@') == at &&
         std::ranges::all_of(text, plain);
}

// "hello@acme.example" or "Acme <hello@acme.example>": RFC 5322, 3.4, without its rarer forms.
std::string mistake_in_sender(std::string_view text) {
  constexpr std::string_view help =
      "Enter an address, or a name and an address: Acme <hello@acme.example>.";
  if (text.size() > longest_sender || !is_printable(text)) return std::string(help);
  const auto open = text.find('<');
  if (open == text.npos) return is_address(text) ? "" : std::string(help);
  const auto close = text.size() - 1;
  const bool framed = text[close] == '>' && close > open;
  return framed && is_address(text.substr(open + 1, close - open - 1)) ? "" : std::string(help);
}

std::string mistake_in_accent(std::string_view text, Scheme scheme) {
  if (text.empty()) return {};
  const auto colour = parse_colour(text);
  if (!colour) return "Enter a colour such as #265bc5.";
  return mistake_in(*colour, scheme).value_or("");
}

std::string mistake_in_logo(std::string_view bytes) {
  std::string mistake;
  if (!bytes.empty()) read_logo(bytes, mistake);
  return mistake;
}

}  // namespace

Look tidied(Look look) {
  for (std::string* colour : {&look.accent, &look.accent_dark})
    if (const auto parsed = parse_colour(*colour)) *colour = to_string(*parsed);
  std::string mistake;
  if (auto logo = read_logo(look.logo, mistake)) look.logo = std::move(logo->bytes);
  return look;
}

FieldErrors mistakes_in(const Look& look) {
  FieldErrors mistakes;
  const auto check = [&](std::string_view field, std::string mistake) {
    if (!mistake.empty()) mistakes.push_back({std::string(field), std::move(mistake)});
  };
  check("name", mistake_in_name(look.name));
  check("mail_from", mistake_in_sender(look.mail_from));
  check("accent", mistake_in_accent(look.accent, Scheme::light));
  check("accent_dark", mistake_in_accent(look.accent_dark, Scheme::dark));
  if (look.accent.empty() && !look.accent_dark.empty())
    check("accent_dark", "Choose the colour of light pages as well.");
  check("workspace", mistake_in_word(look.workspace));
  check("workspaces", mistake_in_word(look.workspaces));
  check("logo", mistake_in_logo(look.logo));
  return mistakes;
}

}  // namespace freehold::brand
