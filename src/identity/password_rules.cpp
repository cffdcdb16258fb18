#include <algorithm>

#include "core/words.hpp"
#include "identity/common_passwords.hpp"
#include "identity/identity.hpp"

namespace freehold::identity {
namespace {

constexpr std::size_t shortest_word = 3;

bool is_word_character(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         (c & 0x80) != 0;
}

// "maya@northwind.com" is about maya and northwind; "Northwind Labs" also about northwindlabs.
std::vector<std::string> words_in(std::string_view context) {
  if (context.find('@') != std::string_view::npos) context = context.substr(0, context.rfind('.'));
  std::vector<std::string> words;
  std::string joined;
  std::string word;
  for (const char c : context) {
    if (is_word_character(c)) {
      word += c;
      joined += c;
    } else {
      words.push_back(std::exchange(word, {}));
    }
  }
  words.push_back(word);
  words.push_back(joined);
  std::erase_if(words, [](const std::string& w) { return w.size() < shortest_word; });
  return words;
}

// True when so little is left beside the names of the person, the workspace and the product that
// the password would be too short without them.
bool is_built_on(std::string_view password, const std::vector<std::string>& context) {
  std::vector<std::string> words;
  for (const std::string& text : context) std::ranges::copy(words_in(text), back_inserter(words));
  std::ranges::sort(words, std::ranges::greater{}, &std::string::size);

  std::string rest = folded(password);
  const auto whole = rest.size();
  for (const std::string& word : words) {
    const std::string name = folded(word);
    for (std::size_t at; (at = rest.find(name)) != std::string::npos;) rest.erase(at, name.size());
  }
  return rest.size() < whole && rest.size() < shortest_password;
}

}  // namespace

std::optional<std::string> password_mistake(std::string_view password,
                                            const std::vector<std::string>& context) {
  if (password.empty()) return "Enter a password";
  if (password.size() < shortest_password)
    return "Use at least " + std::to_string(shortest_password) + " characters for the password";
  if (password.size() > longest_password)
    return "Use at most " + std::to_string(longest_password) + " characters for the password";
  if (is_common_password(password))
    return "Choose a password that is harder to guess: this one is on the list that attackers try "
           "first";
  if (is_built_on(password, context))
    return worded(
        "Choose a password that is not built on your name, your address or the workspace");
  return {};
}

}  // namespace freehold::identity
