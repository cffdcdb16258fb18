#include "brand/look.hpp"

#include <doctest/doctest.h>

using namespace freehold;
using namespace freehold::brand;

namespace {

Look good() {
  return {.name = "Acme", .mail_from = "Acme <hello@acme.example>"};
}

// The fields that are wrong, by name.
std::string wrong_in(const Look& look) {
  std::string fields;
  for (const FieldError& error : mistakes_in(look))
    fields += (fields.empty() ? "" : " ") + error.field;
  return fields;
}

std::string wrong_with_sender(std::string sender) {
  Look look = good();
  look.mail_from = std::move(sender);
  return wrong_in(look);
}

std::string wrong_with_word(std::string word) {
  Look look = good();
  look.workspace = std::move(word);
  return wrong_in(look);
}

}  // namespace

TEST_CASE("a look that says little is complete: colours, words and logo have our own") {
  CHECK(wrong_in(good()) == "");
  CHECK(wrong_in({.name = "", .mail_from = ""}) == "name mail_from");
}

TEST_CASE(
    "a sender is an address, with a name before it or without, and nothing that mail breaks on") {
  CHECK(wrong_with_sender("hello@acme.example") == "");
  CHECK(wrong_with_sender("Zoë & Co. <hello@acme.example>") == "");
  for (const char* wrong : {"", "Acme", "Acme <hello>", "hello@", "@acme.example", "a@b@c",
                            "Acme <a@b.example", "Acme <a@b.example> x", "a b@c.example",
                            "Acme\r\nBcc: x@y.example <a@b.example>", "<a@b.example,c@d.example>"})
    CHECK_MESSAGE(wrong_with_sender(wrong) == "mail_from", wrong);
}

TEST_CASE("a word for a tenant is a noun of letters, in any language") {
  for (const char* right : {"studio", "Organisation", "équipe", "legal entity", "co-op"})
    CHECK_MESSAGE(wrong_with_word(right) == "", right);
  for (const char* wrong : {"", " studio", "studio ", "<b>studio</b>", "{{name}}", "a/b", "1st",
                            "a word that is much longer than thirty"})
    CHECK_MESSAGE(wrong_with_word(wrong) == "workspace", wrong);
}

TEST_CASE("a colour that cannot be read on its pages is refused, each for its own scheme") {
  Look look = good();
  look.accent = "#ffee00";
  CHECK(wrong_in(look) == "accent");
  look.accent = "green";
  CHECK(wrong_in(look) == "accent");
  look.accent = "#0f766e";
  CHECK(wrong_in(look) == "");
  look.accent_dark = "#000000";
  CHECK(wrong_in(look) == "accent_dark");
  look.accent.clear();
  look.accent_dark = "#2dd4bf";
  CHECK(wrong_in(look) == "accent_dark");
}

TEST_CASE("a logo that is no picture is refused") {
  Look look = good();
  look.logo = "GIF89a";
  CHECK(wrong_in(look) == "logo");
  look.logo = "<svg xmlns='http://www.w3.org/2000/svg'/>";
  CHECK(wrong_in(look) == "");
}

TEST_CASE("a look is kept in one form, whatever wrote it") {
  Look look = good();
  look.accent = "#0F766E";
  look.accent_dark = "nonsense";
  look.logo = "\n<svg>\r\n</svg>\r\n";
  const Look kept = tidied(look);
  CHECK(kept.accent == "#0f766e");
  CHECK(kept.accent_dark == "nonsense");
  CHECK(kept.logo == "<svg>\n</svg>");
  CHECK(tidied(kept) == kept);
}
