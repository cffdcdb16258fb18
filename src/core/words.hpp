// The word for a tenant that people read. Our texts say "workspace"; an owner's customers may know
// it as "organisation" or "studio". Programs read `tenant` everywhere, whatever people call it.
#pragma once

#include <string>
#include <string_view>

namespace freehold {

struct Words {
  std::string workspace = "workspace";    // in lower case, as within a sentence
  std::string workspaces = "workspaces";  // more than one
  bool operator==(const Words&) const = default;
};

// The process has one set of words; the brand that was read last sets it.
void set_words(Words words);
Words words();

// A text of ours in the owner's words: "A workspace has an owner" is "An organisation has an
// owner". Never for what customers wrote.
std::string worded(std::string_view text);

// "organisation" with its article: "an organisation", "a studio".
std::string with_article(std::string_view noun);
// "Organisation"
std::string capital(std::string_view noun);

}  // namespace freehold
