#include "core/words.hpp"

#include <doctest/doctest.h>

using namespace freehold;

namespace {

struct Chosen {
  explicit Chosen(Words words) { set_words(std::move(words)); }
  ~Chosen() { set_words({}); }
};

}  // namespace

TEST_CASE("without a choice our own words stand as they are written") {
  CHECK(worded("Create a workspace") == "Create a workspace");
  CHECK(words() == Words{});
}

TEST_CASE(
    "a chosen word takes the place of ours, in the case, number and article of the sentence") {
  const Chosen chosen({"organisation", "organisations"});
  CHECK(worded("Create a workspace") == "Create an organisation");
  CHECK(worded("A workspace always has an owner. Leave workspace") ==
        "An organisation always has an owner. Leave organisation");
  CHECK(worded("Workspaces") == "Organisations");
  CHECK(worded("the workspace's owner, Workspace-wide") ==
        "the organisation's owner, Organisation-wide");
  CHECK(worded("Via workspace") == "Via organisation");
}

TEST_CASE("what only looks like the word is left alone") {
  const Chosen chosen({"studio", "studios"});
  CHECK(worded("coworkspace workspaced WORKSPACE works pace") ==
        "coworkspace workspaced WORKSPACE works pace");
  CHECK(worded("workspaces workspacess workspace") == "studios workspacess studio");
  CHECK(worded("") == "");
}

TEST_CASE("an article follows the sound of the noun, not its letter") {
  CHECK(with_article("account") == "an account");
  CHECK(with_article("studio") == "a studio");
  CHECK(with_article("university") == "a university");
  CHECK(with_article("unit") == "a unit");
  CHECK(with_article("hourglass") == "an hourglass");
  CHECK(capital("office") == "Office");
}
