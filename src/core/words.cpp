#include "core/words.hpp"

#include <array>
#include <atomic>
#include <memory>

namespace freehold {
namespace {

constexpr std::string_view ours = "workspace";

// Read on every page and seldom written. Null: our own words.
std::atomic<std::shared_ptr<const Words>>& chosen() {
  static std::atomic<std::shared_ptr<const Words>> words;
  return words;
}

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? char(c + 32) : c;
}

bool is_ours(std::string_view text, std::size_t at) {
  return at + ours.size() <= text.size() && lower(text[at]) == ours[0] &&
         text.substr(at + 1, ours.size() - 1) == ours.substr(1) &&
         (at == 0 || !is_letter(text[at - 1]));
}

// Begins with the sound of a vowel: "an hour" and "a union" are read, not spelt.
bool takes_an(std::string_view noun) {
  constexpr std::array<std::string_view, 6> as_consonant{"uni", "use", "uti", "eu", "one", "ubi"};
  if (noun.starts_with("hour") || noun.starts_with("honor")) return true;
  for (const std::string_view start : as_consonant)
    if (noun.starts_with(start)) return false;
  return !noun.empty() && std::string_view("aeiou").contains(lower(noun[0]));
}

// "… a" that stands before the noun becomes "… an".
void fit_article(std::string& before, std::string_view noun) {
  const bool article = before.ends_with("a ") || before.ends_with("A ");
  if (!article || (before.size() > 2 && is_letter(before[before.size() - 3]))) return;
  if (takes_an(noun)) before.insert(before.size() - 1, "n");
}

std::string replaced(std::string_view text, const Words& words) {
  std::string result;
  for (std::size_t at = 0; at < text.size();) {
    if (!is_ours(text, at)) {
      result += text[at++];
      continue;
    }
    const std::size_t end = at + ours.size();
    const bool many = end < text.size() && text[end] == 's' &&
                      (end + 1 == text.size() || !is_letter(text[end + 1]));
    if (!many && end < text.size() && is_letter(text[end])) {
      result += text[at++];
      continue;
    }
    const std::string& noun = many ? words.workspaces : words.workspace;
    fit_article(result, noun);
    result += text[at] == 'W' ? capital(noun) : noun;
    at = end + (many ? 1 : 0);
  }
  return result;
}

}  // namespace

void set_words(Words words) {
  const bool own = words == Words{};
  chosen().store(own ? nullptr : std::make_shared<const Words>(std::move(words)));
}

Words words() {
  const auto current = chosen().load();
  return current ? *current : Words{};
}

std::string worded(std::string_view text) {
  const auto current = chosen().load();
  return current ? replaced(text, *current) : std::string(text);
}

std::string with_article(std::string_view noun) {
  return std::string(takes_an(noun) ? "an " : "a ").append(noun);
}

std::string capital(std::string_view noun) {
  std::string text(noun);
  if (!text.empty() && text[0] >= 'a' && text[0] <= 'z') text[0] = char(text[0] - 32);
  return text;
}

}  // namespace freehold
